/* Where notices go: telephone numbers as people write them, and the one spelling that an account keeps. */
#include <liberations/contact.h>

#include <stdbool.h>
#include <string.h>

#include "support/check_main.h"

START_TEST(a_number_is_read_as_people_write_it)
{
	static const struct { const char *typed, *number; } rows[] = {
		{ "5145550123", "+15145550123" }, { "(514) 555-0123", "+15145550123" }, { "514.555.0123", "+15145550123" },
		{ "1-514-555-0123", "+15145550123" }, { "+1 514 555 0123", "+15145550123" }, { "+33 6 12 34 56 78", "+33612345678" },
		{ "+441632960961", "+441632960961" }, { "+123456789012345", NULL }, { "", NULL }, { "+", NULL }, { "555-0123", NULL },
		{ "0145550123", NULL }, { "5141550123", NULL }, { "+15145550", NULL }, { "+0145550123", NULL },
		{ "514555012x", NULL }, { "514 555 0123 ext 4", NULL }, { "+1234567890123456", NULL }, { "5145550123\n", NULL },
		{ "++15145550123", NULL }, { "33612345678", NULL }, { "\331\2415145550123", NULL }, { "-15145550123", "+15145550123" },
	};
	char number[LBR_PHONE_MAX];
	size_t at;

	for (at = 0; at < sizeof(rows) / sizeof(rows[0]); at++) {
		ck_assert_msg(lbr_phone_read(rows[at].typed, number) == (rows[at].number != NULL), "%s", rows[at].typed);
		ck_assert_str_eq(number, rows[at].number != NULL ? rows[at].number : "");
	}
}
END_TEST

START_TEST(a_contact_has_one_spelling)
{
	static const char *const same[] = {
		"", "alice@example.org", "+15145550123", "+15145550123 telus", "+15145550123 telus verified=1764400000",
		"+15145550123 notices=security", "a@b.example verified=1 notices=security", "+15145550123 pc-mobile notices=security",
	};
	char again[LBR_CONTACT_MAX];
	struct lbr_contact contact;
	size_t at;

	for (at = 0; at < sizeof(same) / sizeof(same[0]); at++) {
		ck_assert_msg(lbr_contact_read(same[at], &contact), "%s", same[at]);
		ck_assert(lbr_contact_write(&contact, again));
		ck_assert_str_eq(again, same[at]);
	}
	ck_assert(lbr_contact_read("+15145550123 telus verified=1764400000 notices=security", &contact));
	ck_assert_str_eq(contact.phone, "+15145550123");
	ck_assert_str_eq(contact.carrier, "telus");
	ck_assert_int_eq(contact.verified_s, 1764400000);
	ck_assert(contact.security_only);
	ck_assert_str_eq(lbr_contact_where(&contact), "+15145550123");
}
END_TEST

START_TEST(any_other_spelling_reaches_nobody)
{
	static const char *const bad[] = {
		"bob", "+15145550123  telus", "+15145550123 Telus", "+15145550123 telus koodo", "15145550123 telus",
		"+15145550123 notices=security telus", "a@b.example telus", "+1514555012a", "+15145550123 verified=",
		"+15145550123 verified=0", "+15145550123 verified=01", "+15145550123 verified=9999999999999999999",
		"+15145550123 notices=all", "a@b.example,c@d.example", "-oq@b.example", "+15145550123 -x", "a@b.example\n",
		"+15145550123 telus\r", "a@b.example verified=1 verified=1", "+1 5145550123", "a@b.example ",
	};
	char again[LBR_CONTACT_MAX];
	struct lbr_contact contact = { .phone = "" };
	size_t at;

	for (at = 0; at < sizeof(bad) / sizeof(bad[0]); at++) {
		ck_assert_msg(!lbr_contact_read(bad[at], &contact), "%s", bad[at]);
		ck_assert_str_eq(lbr_contact_where(&contact), "");
	}
	memset(contact.address, 'a', 60);
	memcpy(contact.address + 60, "@", 1);
	memset(contact.address + 61, 'b', 50);
	memcpy(contact.address + 111, ".example", 9);
	ck_assert(lbr_contact_write(&contact, again));
	contact.security_only = true;
	ck_assert_msg(!lbr_contact_write(&contact, again) && again[0] == '\0', "it does not fit");
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("contact");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, a_number_is_read_as_people_write_it);
	tcase_add_test(tests, a_contact_has_one_spelling);
	tcase_add_test(tests, any_other_spelling_reaches_nobody);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
