/* The text of a key file, changed by one key at a time: comments stay, dates move with their keys, and no key is lost. */
#include "key_text.h"

#include <stdio.h>
#include <string.h>

#include "support/check_main.h"

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define A "aaaaaaaa " HEX
#define B "bbbbbbbb " HEX
#define C "cccccccc " HEX
#define DATE "2026-11-29T04:44:00Z"
#define B_DATED "# bbbbbbbb added " DATE "\n" B

static struct key_text text;

static void put(const char *bytes)
{
	memset(&text, 0, sizeof(text));
	text.len = (size_t)snprintf(text.bytes, sizeof(text.bytes), "%s", bytes);
}

static void is(const char *bytes)
{
	ck_assert_str_eq(text.bytes, bytes);
	ck_assert_uint_eq(text.len, strlen(bytes));
}

START_TEST(a_key_is_added_behind_the_one_in_force)
{
	put("# The seal key.\n" A);
	ck_assert(key_text_add(&text, B, DATE));
	is("# The seal key.\n" A B_DATED);
	ck_assert(key_text_add(&text, C, DATE));
	is("# The seal key.\n" A "# cccccccc added " DATE "\n" C B_DATED);
	put("# no key\n");
	ck_assert(!key_text_add(&text, B, DATE));
	is("# no key\n");
}
END_TEST

START_TEST(the_file_never_grows_beyond_its_bound)
{
	put(A);
	memset(text.bytes + text.len, '\n', KEY_TEXT_MAX - text.len);
	text.len = KEY_TEXT_MAX;
	ck_assert(!key_text_add(&text, B, DATE));
	ck_assert_uint_eq(text.len, KEY_TEXT_MAX);
	ck_assert(key_text_activate(&text, "aaaaaaaa"));
	ck_assert(key_text_remove(&text, "aaaaaaaa"));
}
END_TEST

START_TEST(a_key_comes_into_force_with_its_date)
{
	put("# The seal key.\n" A B_DATED "\n# an end\n" C);
	ck_assert(key_text_activate(&text, "bbbbbbbb"));
	is("# The seal key.\n" B_DATED A "\n# an end\n" C);
	ck_assert(key_text_activate(&text, "bbbbbbbb"));
	is("# The seal key.\n" B_DATED A "\n# an end\n" C);
	ck_assert(key_text_activate(&text, "cccccccc"));
	is("# The seal key.\n" C B_DATED A "\n# an end\n");
	ck_assert(!key_text_activate(&text, "dddddddd"));
	ck_assert(!key_text_activate(&text, "cccccc"));
	ck_assert(!key_text_activate(&text, ""));
}
END_TEST

START_TEST(a_key_goes_with_its_date_and_is_wiped)
{
	size_t len;

	put("# cccccccc is another's\n" A B_DATED C);
	len = text.len;
	ck_assert(key_text_remove(&text, "bbbbbbbb"));
	is("# cccccccc is another's\n" A C);
	for (; len > text.len; len--)
		ck_assert_int_eq(text.bytes[len], 0);
	ck_assert(!key_text_remove(&text, "bbbbbbbb"));
	ck_assert(key_text_has(&text, "cccccccc"));
	ck_assert(!key_text_has(&text, "bbbbbbbb"));
}
END_TEST

START_TEST(the_keys_are_listed_in_order)
{
	struct key_line lines[LBR_KEYRING_KEYS_MAX];

	put("# aaaaaaaa added\n" A "\n# bbbbbbbb added a date that nobody would ever write there\n" B B_DATED);
	ck_assert_uint_eq(key_text_list(&text, lines), 3);
	ck_assert_str_eq(lines[0].id, "aaaaaaaa");
	ck_assert_str_eq(lines[0].added, "");
	ck_assert_str_eq(lines[1].added, "");
	ck_assert_str_eq(lines[2].added, DATE);
	put("");
	ck_assert_uint_eq(key_text_list(&text, lines), 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("cli_key_text");
	TCase *one = tcase_create("cli_key_text");

	tcase_add_test(one, a_key_is_added_behind_the_one_in_force);
	tcase_add_test(one, the_file_never_grows_beyond_its_bound);
	tcase_add_test(one, a_key_comes_into_force_with_its_date);
	tcase_add_test(one, a_key_goes_with_its_date_and_is_wiped);
	tcase_add_test(one, the_keys_are_listed_in_order);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
