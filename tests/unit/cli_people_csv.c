/* A line of a file of people: its fields, whatever quotes and separators, and each fault told once. */
#include "../../cli/people.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "support/check_main.h"

static struct person person;
static enum cli_text faults[8];
static unsigned columns[8];
static unsigned fault_count, column;

/* In place of the command's own: what it was told, and in which order. */
enum cli_status cli_fail(const struct cli *cli, enum cli_status status, enum cli_text text, ...)
{
	(void)cli;
	ck_assert_uint_lt(fault_count, sizeof(faults) / sizeof(faults[0]));
	columns[fault_count] = column;
	faults[fault_count++] = text;
	return status;
}

const char *cli_safe(const char *typed)
{
	return typed;
}

void cli_people_locate(struct cli *cli, const struct person *at, struct csv_where *where)
{
	(void)cli;
	(void)where;
	column = at->column;
}

enum cli_status cli_person_take(const struct cli *cli, const char *name, struct person *to)
{
	if (name[0] == '\0')
		return cli_fail(cli, CLI_USAGE, TEXT_BAD_NAME, NULL);
	if (strcmp(name, "daemon") == 0)
		return cli_fail(cli, CLI_NO, TEXT_SYSTEM_USER, NULL);
	snprintf(to->name, sizeof(to->name), "%s", name);
	return CLI_DONE;
}

enum cli_status cli_person_set_contact(const struct cli *cli, const char *address, struct person *to)
{
	if (strchr(address, '@') == NULL)
		return cli_fail(cli, CLI_USAGE, TEXT_BAD_CONTACT, NULL);
	snprintf(to->contact, sizeof(to->contact), "%s", address);
	return CLI_DONE;
}

static enum cli_status parse(const char *text)
{
	struct cli cli = { .count = 0 };
	char line[512];

	fault_count = 0;
	person = (struct person){ .language = LBR_LANGUAGE_NONE };
	ck_assert_uint_lt(strlen(text), sizeof(line));
	snprintf(line, sizeof(line), "%s", text);
	return cli_people_parse(&cli, line, &person);
}

struct good {
	const char       *line, *name, *contact;
	enum lbr_language language;
	const char       *full_name;
};

static const struct good lines[] = {
	{ "alice", "alice", "", LBR_LANGUAGE_NONE, "" },
	{ "alice,", "alice", "", LBR_LANGUAGE_NONE, "" },
	{ "alice,,", "alice", "", LBR_LANGUAGE_NONE, "" },
	{ "alice,a@b", "alice", "a@b", LBR_LANGUAGE_NONE, "" },
	{ "alice,a@b,fr", "alice", "a@b", LBR_LANGUAGE_FR, "" },
	{ "alice;a@b;en", "alice", "a@b", LBR_LANGUAGE_EN, "" },
	{ "alice;a@b,en", "alice", "a@b", LBR_LANGUAGE_EN, "" },
	{ "alice,,fr", "alice", "", LBR_LANGUAGE_FR, "" },
	{ "\"alice\"", "alice", "", LBR_LANGUAGE_NONE, "" },
	{ "\"alice\",\"a@b\",\"fr\"", "alice", "a@b", LBR_LANGUAGE_FR, "" },
	{ "\"a,b;c\"", "a,b;c", "", LBR_LANGUAGE_NONE, "" },
	{ "\"a\"\"b\",a@b", "a\"b", "a@b", LBR_LANGUAGE_NONE, "" },
	{ "\"\"\"\"", "\"", "", LBR_LANGUAGE_NONE, "" },
	{ "alice,\"\",\"\"", "alice", "", LBR_LANGUAGE_NONE, "" },
	{ "alice,a@b,fr,", "alice", "a@b", LBR_LANGUAGE_FR, "" },
	{ "alice,,fr,\"Roy, Alice\"", "alice", "", LBR_LANGUAGE_FR, "Roy, Alice" },
	{ "alice;;;Alice", "alice", "", LBR_LANGUAGE_NONE, "Alice" },
	{ "\303\251lo\303\257se,a@b", "\303\251lo\303\257se", "a@b", LBR_LANGUAGE_NONE, "" },
};

START_TEST(a_line_gives_its_fields)
{
	ck_assert_msg(parse(lines[_i].line) == CLI_DONE, "%s", lines[_i].line);
	ck_assert_uint_eq(fault_count, 0);
	ck_assert_str_eq(person.name, lines[_i].name);
	ck_assert_str_eq(person.contact, lines[_i].contact);
	ck_assert_int_eq(person.language, lines[_i].language);
	ck_assert_str_eq(person.full_name, lines[_i].full_name);
}
END_TEST

static const char *const badly_quoted[] = {
	"\"alice", "\"", "\"alice\"x", "\"alice\" ,a@b", "al\"ice", "alice\"", "alice,\"a@b", "alice,a\"@b", "\"\"\"",
	"alice,a@b,fr,Alice Roy,", "alice,a@b,fr,Alice,more", ",,,,", "alice;;;;", "alice,\"\"\"",
};

/* Nothing of such a line is taken: where its fields end is a guess. */
START_TEST(quotes_that_do_not_belong_and_a_fifth_field_are_refused)
{
	ck_assert_msg(parse(badly_quoted[_i]) == CLI_USAGE, "%s", badly_quoted[_i]);
	ck_assert_uint_eq(fault_count, 1);
	ck_assert_int_eq(faults[0], TEXT_CSV_FIELDS);
	ck_assert_str_eq(person.name, "");
	ck_assert_str_eq(person.contact, "");
}
END_TEST

static const char *const with_controls[] = {
	"alice\r", "al\tice", "alice,a@b\033[1m", "\"al\001ice\"", "alice\177", "alice,\302\205",
};

START_TEST(a_line_with_control_characters_is_refused_whole)
{
	ck_assert_int_eq(parse(with_controls[_i]), CLI_USAGE);
	ck_assert_uint_eq(fault_count, 1);
	ck_assert_int_eq(faults[0], TEXT_CSV_LINE);
	ck_assert_str_eq(person.name, "");
}
END_TEST

START_TEST(a_language_is_en_or_fr)
{
	static const char *const bad[] = { "alice,,EN", "alice,,fr ", "alice,,de", "alice,,auto", "alice,,\" en\"" };
	size_t at;

	for (at = 0; at < sizeof(bad) / sizeof(bad[0]); at++) {
		ck_assert_msg(parse(bad[at]) == CLI_USAGE, "%s", bad[at]);
		ck_assert_uint_eq(fault_count, 1);
		ck_assert_int_eq(faults[0], TEXT_CSV_LANGUAGE);
		ck_assert_int_eq(person.language, LBR_LANGUAGE_NONE);
	}
}
END_TEST

START_TEST(every_fault_of_a_line_is_told)
{
	ck_assert_int_eq(parse(",nowhere,de"), CLI_USAGE);
	ck_assert_uint_eq(fault_count, 3);
	ck_assert_int_eq(faults[0], TEXT_BAD_NAME);
	ck_assert_int_eq(faults[1], TEXT_BAD_CONTACT);
	ck_assert_int_eq(faults[2], TEXT_CSV_LANGUAGE);
}
END_TEST

/* Characters, not bytes, and of the line as it was typed. */
START_TEST(a_fault_names_its_column)
{
	static const struct {
		const char *line;
		unsigned    count, at[3];
	} told[] = {
		{ ",nowhere,de", 3, { 1, 2, 10 } },
		{ "\"zo\303\251\",nowhere", 1, { 7 } },
		{ "\303\251\303\251,\"a\"\"b\",de", 2, { 4, 11 } },
		{ "al\tice", 1, { 3 } },
		{ "\303\251l\377", 1, { 3 } },
		{ "al\"ice", 1, { 3 } },
		{ "alice,\"a@b", 1, { 7 } },
		{ "a,b@c,fr,d,e", 1, { 12 } },
	};
	size_t one;
	unsigned at;

	for (one = 0; one < sizeof(told) / sizeof(told[0]); one++) {
		ck_assert_int_eq(parse(told[one].line), CLI_USAGE);
		ck_assert_uint_eq(fault_count, told[one].count);
		for (at = 0; at < told[one].count; at++)
			ck_assert_msg(columns[at] == told[one].at[at], "%s: %u", told[one].line, columns[at]);
		ck_assert_uint_eq(person.column, 1);
	}
}
END_TEST

START_TEST(the_worst_fault_is_the_result)
{
	ck_assert_int_eq(parse("daemon,a@b,fr"), CLI_NO);
	ck_assert_int_eq(parse("daemon,nowhere,fr"), CLI_USAGE);
	ck_assert_int_eq(parse("daemon,a@b,de"), CLI_USAGE);
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("cli_people_csv");
	TCase *test = tcase_create("cli_people_csv");

	tcase_add_loop_test(test, a_line_gives_its_fields, 0, sizeof(lines) / sizeof(lines[0]));
	tcase_add_loop_test(test, quotes_that_do_not_belong_and_a_fifth_field_are_refused, 0,
	                    sizeof(badly_quoted) / sizeof(badly_quoted[0]));
	tcase_add_loop_test(test, a_line_with_control_characters_is_refused_whole, 0,
	                    sizeof(with_controls) / sizeof(with_controls[0]));
	tcase_add_test(test, a_language_is_en_or_fr);
	tcase_add_test(test, every_fault_of_a_line_is_told);
	tcase_add_test(test, a_fault_names_its_column);
	tcase_add_test(test, the_worst_fault_is_the_result);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
