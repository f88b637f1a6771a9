/* The table of carriers: what ships, what replaces it, and what is no line of it. */
#include <stdio.h>
#include <string.h>

#include "../../cli/message/carriers.h"
#include "support/check_main.h"

static struct carriers carriers;

static unsigned add(const char *text)
{
	char copy[2048];

	snprintf(copy, sizeof(copy), "%s", text);
	return cli_carriers_add(&carriers, copy, strlen(copy));
}

START_TEST(a_line_is_a_carrier_and_the_later_one_counts)
{
	char address[LBR_ADDRESS_MAX], names[64];

	carriers.count = 0;
	ck_assert_uint_eq(add("# a comment\n\nrogers dead 2023-07-01 none a forum\n"
	                      "telus unverified 2022-01-13 {national}@msg.telus.com lists\n"), 0);
	ck_assert_uint_eq(add("telus\tworks 2026-11-01 {number}@sms.example tried here\n"), 0);
	ck_assert_uint_eq(carriers.count, 2);
	ck_assert_int_eq(cli_carriers_find(&carriers, "telus")->state, CARRIER_WORKS);
	ck_assert_str_eq(cli_carriers_find(&carriers, "telus")->source, "tried here");
	ck_assert(cli_carrier_address(cli_carriers_find(&carriers, "telus"), "+15145550123", address));
	ck_assert_str_eq(address, "15145550123@sms.example");
	ck_assert_uint_eq(add("telus works 2026-11-01 {national}@sms.example\n"), 0);
	ck_assert(cli_carrier_address(cli_carriers_find(&carriers, "telus"), "+15145550123", address));
	ck_assert_str_eq(address, "5145550123@sms.example");
	ck_assert(!cli_carrier_address(cli_carriers_find(&carriers, "rogers"), "+15145550123", address));
	cli_carriers_names(&carriers, names, sizeof(names));
	ck_assert_str_eq(names, "telus");
	ck_assert(cli_carriers_find(&carriers, "tel") == NULL);
}
END_TEST

START_TEST(anything_else_names_its_line)
{
	static const char *const bad[] = {
		"x\n", "x works\n", "x works 2026-11-01\n", "X works 2026-11-01 {number}@a.example\n", "x good 2026-11-01 {number}@a.example\n",
		"x works 2026-11 {number}@a.example\n", "x works 2026-11-01 a@a.example\n", "x works 2026-11-01 none\n",
		"x works 2026-11-01 {number}@a.example,b@c.example\n", "x works 2026-11-01 -{number}@a.example\n",
		"x works 2026-11-01 {number}@a.example", "x works 2026-11-01 {number}@a.example a\033b\n",
		"x works 2026-11-01 {number}@a.example\r\n", "x works 2026-11-01 {number}\n", "x works 2026-11-01 |{number}@a.example\n",
		"x works 2026-11-01 {national}{national}@a.example\n",
	};
	char text[256];
	size_t at;

	for (at = 0; at < sizeof(bad) / sizeof(bad[0]); at++) {
		carriers.count = 0;
		snprintf(text, sizeof(text), "# first\n%s", bad[at]);
		ck_assert_msg(add(text) == 2, "%s", bad[at]);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("cli_carriers");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, a_line_is_a_carrier_and_the_later_one_counts);
	tcase_add_test(tests, anything_else_names_its_line);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
