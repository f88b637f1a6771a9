/* What may be an e-mail address: nothing that a header, an argument vector or a mail system could read as something else. */
#include <liberations/address.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "support/check_main.h"

static const char *const good[] = {
	"a@b", "r.roy@example.net", "5145551234@txt.bell.ca", "z+a@b.example", "O'Brien@x-y.example", "a_b-c&d=e~f@1.2",
};
#define GOOD (int)(sizeof(good) / sizeof(good[0]))

static const char *const bad[] = {
	"", "@", "a@", "@b", "a", "a@b@c", "-a@b", "-a", "a@-b", "a@b-", "a@b..c", "a@.b", "a@b.", ".a@b", "a.@b", "a..b@c",
	"a b@c", " a@b", "a@b ", "a@b c", "a\n@b", "a@b\nBcc: c@d", "a@b\r", "a@b,c@d", "a@b;c", "<a@b>", "A <a@b>", "\"a\"@b",
	"a(b)@c", "a@[127.0.0.1]", "a:b@c", "a\\@b", "|a@b", "/a@b", "a/b@c", "a!b@c", "a%b@c", "a@b%c", "`a`@b", "$a@b", "a@b/c",
	"zo\xc3\xa9@b", "a@zo\xc3\xa9", "a@b\x7f", "a\x01@b", "a\t@b", "*@b", "a?@b", "{a,b}@c", "#a@b",
};
#define BAD (int)(sizeof(bad) / sizeof(bad[0]))

START_TEST(an_address_is_taken)
{
	ck_assert_msg(lbr_address_is_sound(good[_i], false), "%s", good[_i]);
	ck_assert_msg(lbr_address_is_sound(good[_i], true), "%s", good[_i]);
}
END_TEST

START_TEST(whatever_else_is_refused)
{
	ck_assert_msg(!lbr_address_is_sound(bad[_i], false), "%s", bad[_i]);
	ck_assert_msg(!lbr_address_is_sound(bad[_i], true) || strcmp(bad[_i], "a") == 0, "%s", bad[_i]);
}
END_TEST

START_TEST(a_mailbox_of_this_host_only_where_it_may_be)
{
	ck_assert(lbr_address_is_sound("root", true));
	ck_assert(!lbr_address_is_sound("root", false));
	ck_assert(!lbr_address_is_sound("-root", true));
	ck_assert(!lbr_address_is_sound("ro ot", true));
}
END_TEST

/* Lengths at their borders: the local part 64, a label 63, the whole 127. */
START_TEST(the_lengths_are_bounded)
{
	char text[300];

	snprintf(text, sizeof(text), "%064d@b", 0);
	ck_assert(lbr_address_is_sound(text, false));
	snprintf(text, sizeof(text), "%065d@b", 0);
	ck_assert(!lbr_address_is_sound(text, false));
	snprintf(text, sizeof(text), "a@%063d", 0);
	ck_assert(lbr_address_is_sound(text, false));
	snprintf(text, sizeof(text), "a@%064d", 0);
	ck_assert(!lbr_address_is_sound(text, false));
	snprintf(text, sizeof(text), "a@%062d.%062d", 0, 0);
	ck_assert_uint_eq(strlen(text), LBR_ADDRESS_MAX - 1);
	ck_assert(lbr_address_is_sound(text, false));
	snprintf(text, sizeof(text), "a@%063d.%062d", 0, 0);
	ck_assert(!lbr_address_is_sound(text, false));
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("address");
	TCase *tests = tcase_create("all");

	tcase_add_loop_test(tests, an_address_is_taken, 0, GOOD);
	tcase_add_loop_test(tests, whatever_else_is_refused, 0, BAD);
	tcase_add_test(tests, a_mailbox_of_this_host_only_where_it_may_be);
	tcase_add_test(tests, the_lengths_are_bounded);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
