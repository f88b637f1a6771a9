/* A span of time on the command line: the configuration's words, and the shell's way to write them in one. */
#include "../../cli/cli.h"

#include <string.h>

#include "../../cli/said/reason.h"
#include "support/check_main.h"

#define HOUR_S 3600
#define DAY_S 86400

static const struct verb verb = { .name = "invite" };
static const struct cli cli = { .verb = &verb };
static unsigned told, seconds;

/* In place of the command's own. */
enum cli_status cli_fail(const struct cli *of, enum cli_status status, enum cli_text text, ...)
{
	ck_assert_ptr_eq(of, &cli);
	ck_assert_int_eq(text, TEXT_BARE);
	told++;
	return status;
}

const char *cli_reason(enum lbr_language language, const struct lbr_reason *reason, char ret[CLI_REASON_MAX])
{
	(void)language, (void)ret;
	ck_assert_ptr_nonnull(strstr(reason->text, "life"));
	return reason->text;
}

static enum cli_status parse(const char *value)
{
	told = 0;
	seconds = 7;
	return cli_duration_read(&cli, "life", value, HOUR_S, 30 * DAY_S, &seconds);
}

static const struct {
	const char *value;
	unsigned    seconds;
} spans[] = {
	{ "1 h", HOUR_S }, { "1h", HOUR_S }, { "72h", 72 * HOUR_S }, { "72 h", 72 * HOUR_S }, { "60min", HOUR_S },
	{ "3600s", HOUR_S }, { "3600 s", HOUR_S }, { "30d", 30 * DAY_S }, { "30 d", 30 * DAY_S }, { "720h", 30 * DAY_S },
};

START_TEST(a_span_is_read_with_a_blank_and_without)
{
	ck_assert_msg(parse(spans[_i].value) == CLI_DONE, "%s", spans[_i].value);
	ck_assert_uint_eq(seconds, spans[_i].seconds);
	ck_assert_uint_eq(told, 0);
}
END_TEST

static const char *const bad[] = {
	"", " ", "h", "1", "3600", "1 x", "1x", "-1h", "+1h", "1.5h", "0x10h", "1hh", "1h ", " 1h", "1h 30min", "1h30min",
	"59min", "3599s", "31d", "721h", "0d", "99999999999999999999d", "4294967296s", "4294970896s",
};

START_TEST(anything_else_is_told_once_and_refused)
{
	ck_assert_msg(parse(bad[_i]) == CLI_USAGE, "\"%s\" is %u s", bad[_i], seconds);
	ck_assert_uint_eq(told, 1);
}
END_TEST

START_TEST(a_value_that_is_much_too_long_is_refused)
{
	char value[1024];

	memset(value, '1', sizeof(value) - 2);
	memcpy(value + sizeof(value) - 2, "h", 2);
	ck_assert_int_eq(parse(value), CLI_USAGE);
	memset(value, 'h', sizeof(value) - 2);
	ck_assert_int_eq(parse(value), CLI_USAGE);
	memset(value, ' ', sizeof(value) - 2);
	memcpy(value, "1h", 2);
	ck_assert_int_eq(parse(value), CLI_USAGE);
}
END_TEST

/* However it is cut, it must not become one that is allowed. */
START_TEST(a_span_with_a_tail_is_refused)
{
	static const char *const heads[] = { "1h", "60min", "3600s", "86400s", "2592000s" };
	char value[256];
	size_t at, len;

	for (at = 0; at < sizeof(heads) / sizeof(heads[0]); at++) {
		memcpy(value, heads[at], strlen(heads[at]));
		for (len = strlen(heads[at]); len < sizeof(value) - 1; len++) {
			value[len] = 'x';
			value[len + 1] = '\0';
			ck_assert_msg(parse(value) == CLI_USAGE, "%s", value);
		}
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("cli_duration");
	TCase *test = tcase_create("cli_duration");

	tcase_add_loop_test(test, a_span_is_read_with_a_blank_and_without, 0, sizeof(spans) / sizeof(spans[0]));
	tcase_add_loop_test(test, anything_else_is_told_once_and_refused, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(test, a_value_that_is_much_too_long_is_refused);
	tcase_add_test(test, a_span_with_a_tail_is_refused);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
