/* When a switch is over: by the time since the boot alone. */
#include <stdio.h>
#include <string.h>

#include "../../cli/switch_end.h"
#include "support/check_main.h"

static const struct switch_clock start = { .boot = "b", .boot_s = 1000, .now_s = 1000000 };

static struct switch_end read_at(const char *text, int64_t boot_s, int64_t now_s)
{
	const struct switch_clock clock = { .boot = "b", .boot_s = boot_s, .now_s = now_s };
	struct switch_end end;

	cli_switch_end_read(&clock, text, &end);
	return end;
}

START_TEST(what_is_written_is_read)
{
	static const unsigned parts[] = { SWITCH_SERVICE, SWITCH_DROP_IN, SWITCH_BOTH };
	char line[SWITCH_LINE_MAX];
	struct switch_end end;
	size_t at;

	for (at = 0; at < 3; at++) {
		cli_switch_end_write(&start, 600, parts[at], line);
		end = read_at(line, 1001, 1000001);
		ck_assert_int_eq(end.left_s, 599);
		ck_assert_int_eq(end.until_s, 1000600);
		ck_assert_uint_eq(end.parts, parts[at]);
		ck_assert(!end.overdue);
	}
	cli_switch_end_write(&start, 600, SWITCH_BOTH, line);
	ck_assert_str_eq(line, "b 1600 1000600\n");
}
END_TEST

/* An hour forward, an hour back, and an hour of sleep. */
START_TEST(a_clock_that_is_set_moves_nothing)
{
	char line[SWITCH_LINE_MAX];

	cli_switch_end_write(&start, 600, SWITCH_BOTH, line);
	ck_assert_int_eq(read_at(line, 1001, 1003601).left_s, 599);
	ck_assert_int_eq(read_at(line, 1001, 1003601).until_s, 1004200);
	ck_assert_int_eq(read_at(line, 1001, 996401).left_s, 599);
	ck_assert_int_eq(read_at(line, 1001, 996401).until_s, 997000);
	ck_assert_int_eq(read_at(line, 1600, 996401).left_s, 0);
	ck_assert(!read_at(line, 1600 + SWITCH_GRACE_S, 1000600).overdue);
	ck_assert(read_at(line, 1601 + SWITCH_GRACE_S, 1000600).overdue);
	ck_assert_int_eq(read_at(line, 4600, 1003600).left_s, -3000);
}
END_TEST

START_TEST(what_cannot_be_read_is_over)
{
	static const char *const texts[] = { NULL, "", "nonsense\n", "b 1600\n", "c 1600 1000600\n",
	                                     "b 87402 1086400\n", "b 9223372036854775807 9223372036854775807\n",
	                                     "b -9223372036854775808 -9223372036854775808\n", "0b 1600 1000600 drop-in\n" };
	struct switch_end end;
	size_t at;

	for (at = 0; at < sizeof(texts) / sizeof(texts[0]); at++) {
		end = read_at(texts[at], 1001, 1000001);
		ck_assert_int_le(end.left_s, 0);
		ck_assert_int_gt(end.until_s, 0);
		ck_assert(end.overdue);
	}
	ck_assert_uint_eq(end.parts, SWITCH_DROP_IN);
}
END_TEST

START_TEST(a_file_of_another_name_is_no_switch)
{
	static const char *const others[] = { ".until", "sshd", "sshd.before", "sshd.until.new", "until", "" };
	char service[SWITCH_SERVICE_MAX] = "untouched";
	size_t at;

	for (at = 0; at < sizeof(others) / sizeof(others[0]); at++)
		ck_assert(!cli_switch_end_is_of(others[at], service));
	ck_assert_str_eq(service, "untouched");
	ck_assert(cli_switch_end_is_of("a.service.until", service));
	ck_assert_str_eq(service, "a.service");
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("cli_switch_end");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, what_is_written_is_read);
	tcase_add_test(tests, a_clock_that_is_set_moves_nothing);
	tcase_add_test(tests, what_cannot_be_read_is_over);
	tcase_add_test(tests, a_file_of_another_name_is_no_switch);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
