/* Numbers as bytes. */
#include <liberations/big_endian.h>

#include "support/check_main.h"

static const unsigned char bytes[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};

START_TEST(the_most_significant_byte_comes_first)
{
	unsigned char put[10];
	size_t len;

	for (len = 0; len <= sizeof(bytes); len++) {
		memset(put, 0x5a, sizeof(put));
		lbr_big_endian_put(put + 1, len, 0x0123456789abcdef >> (len == 0 ? 0 : 64 - 8 * len));
		ck_assert_mem_eq(put + 1, bytes, len);
		ck_assert_uint_eq(put[0], 0x5a);
		ck_assert_uint_eq(put[len + 1], 0x5a);
	}
}
END_TEST

START_TEST(what_was_put_is_what_is_got)
{
	unsigned char put[8];

	ck_assert_uint_eq(lbr_big_endian_get(bytes, 0), 0);
	ck_assert_uint_eq(lbr_big_endian_get(bytes, 1), 0x01);
	ck_assert_uint_eq(lbr_big_endian_get(bytes, 3), 0x012345);
	ck_assert_uint_eq(lbr_big_endian_get(bytes, 8), 0x0123456789abcdef);
	lbr_big_endian_put(put, 8, UINT64_MAX);
	ck_assert_uint_eq(lbr_big_endian_get(put, 8), UINT64_MAX);
	lbr_big_endian_put(put, 4, 0x1fffffffe); /* what does not fit is left out */
	ck_assert_uint_eq(lbr_big_endian_get(put, 4), 0xfffffffe);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("big_endian");
	TCase *one = tcase_create("big_endian");

	tcase_add_test(one, the_most_significant_byte_comes_first);
	tcase_add_test(one, what_was_put_is_what_is_got);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
