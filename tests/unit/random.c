/* Randomness: whole or an error, never half. */
#include <liberations/random.h>

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <liberations/keyring.h>
#include <liberations/secret.h>

#include "support/check_main.h"

/* Stands in front of the C library's: what it gives is what the code under test gets. */
static int fails_after = -1; /* calls that still work; -1: all */
static int interrupts;
static size_t at_most = 256;

ssize_t getrandom(void *bytes, size_t len, unsigned flags)
{
	if (interrupts > 0) {
		interrupts--;
		errno = EINTR;
		return -1;
	}
	if (fails_after == 0) {
		errno = EIO;
		return -1;
	}
	if (fails_after > 0)
		fails_after--;
	return syscall(SYS_getrandom, bytes, len < at_most ? len : at_most, flags);
}

static int is_zero(const unsigned char *bytes, size_t len)
{
	while (len > 0 && bytes[len - 1] == 0)
		len--;
	return len == 0;
}

START_TEST(whole_through_interrupts_and_short_reads)
{
	unsigned char one[64] = {0}, other[64] = {0};

	interrupts = 3;
	at_most = 5;
	ck_assert_int_eq(lbr_random(one, sizeof(one)), LBR_OK);
	ck_assert_int_eq(lbr_random(other, sizeof(other)), LBR_OK);
	ck_assert_int_ne(memcmp(one, other, sizeof(one)), 0);
	ck_assert(!is_zero(one + 60, 4));
}
END_TEST

START_TEST(failure_leaves_zeros)
{
	unsigned char bytes[64];

	memset(bytes, 0xaa, sizeof(bytes));
	at_most = 5;
	fails_after = 4;
	ck_assert_int_eq(lbr_random(bytes, sizeof(bytes)), LBR_ERR_SYSTEM);
	ck_assert(is_zero(bytes, sizeof(bytes)));
}
END_TEST

START_TEST(lengths_have_bounds)
{
	unsigned char bytes[300];

	ck_assert_int_eq(lbr_random(bytes, 0), LBR_ERR_RANGE);
	ck_assert_int_eq(lbr_random(bytes, 256), LBR_OK);
	ck_assert_int_eq(lbr_random(bytes, 257), LBR_ERR_RANGE);
}
END_TEST

START_TEST(password_has_its_form)
{
	unsigned seen[256] = {0}, different = 0;
	struct lbr_secret password;
	size_t round, i;

	for (round = 0; round < 400; round++) {
		ck_assert_int_eq(lbr_random_password(&password), LBR_OK);
		ck_assert_uint_eq(password.len, 23);
		for (i = 0; i < password.len; i++) {
			if (i % 6 == 5)
				ck_assert_int_eq(password.bytes[i], '-');
			else
				seen[(unsigned char)password.bytes[i]]++;
		}
	}
	/* 8000 draws of 31 characters: each comes up, none far more often than 258 times. */
	for (i = 0; i < 256; i++) {
		different += seen[i] > 0;
		ck_assert_uint_lt(seen[i], 400);
	}
	ck_assert_uint_eq(different, 31);
	ck_assert_uint_eq(seen['l'] + seen['1'] + seen['0'] + seen['o'] + seen['i'], 0);
}
END_TEST

START_TEST(sec_1_66_failing_source_makes_no_password_and_no_key)
{
	struct lbr_secret password;
	char line[LBR_KEY_LINE_MAX];
	int calls;

	for (calls = 0; calls < 20; calls++) {
		fails_after = calls;
		ck_assert_int_eq(lbr_random_password(&password), LBR_ERR_SYSTEM);
		ck_assert_uint_eq(password.len, 0);
		ck_assert(is_zero((unsigned char *)password.bytes, sizeof(password.bytes)));
	}
	fails_after = 0;
	ck_assert_int_eq(lbr_keyring_new_line(line), LBR_ERR_SYSTEM);
	ck_assert(is_zero((unsigned char *)line, sizeof(line)));
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("random");
	TCase *tcase = tcase_create("random");

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, whole_through_interrupts_and_short_reads);
	tcase_add_test(tcase, failure_leaves_zeros);
	tcase_add_test(tcase, lengths_have_bounds);
	tcase_add_test(tcase, password_has_its_form);
	tcase_add_test(tcase, sec_1_66_failing_source_makes_no_password_and_no_key);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
