/* What spreadsheets save: encodings, delimiters, line ends, quotes; and each fault at its place. */
#include "../../cli/sheet/sheet.h"

#include <stdio.h>
#include <string.h>

#include "support/check_main.h"

#define ROOM 4096

/* "a|b/c|d": cells and rows; a fault is "<number line:column>". */
static const char *read_all(const void *bytes, size_t len)
{
	static char said[ROOM];
	struct cli_sheet *sheet = cli_sheet_open(bytes, len);
	struct sheet_place place;
	struct sheet_row row;
	enum sheet_answer answer;
	size_t at, used = 0;

	ck_assert_ptr_nonnull(sheet);
	said[0] = '\0';
	while ((answer = cli_sheet_next(sheet, &row, &place)) != SHEET_END) {
		used += (size_t)snprintf(said + used, ROOM - used, "%s", used > 0 ? "/" : "");
		if (answer != SHEET_ROW)
			used += (size_t)snprintf(said + used, ROOM - used, "<%d %u:%u>", answer, place.line, place.column);
		for (at = 0; answer == SHEET_ROW && at < row.count; at++)
			used += (size_t)snprintf(said + used, ROOM - used, "%s%s", at > 0 ? "|" : "", row.cells[at].text);
		ck_assert_uint_lt(used, ROOM);
	}
	cli_sheet_close(sheet);
	return said;
}

static const char *read_text(const char *text)
{
	return read_all(text, strlen(text));
}

static const struct { const char *text, *said; } good[] = {
	{ "", "" },
	{ "a,b\nc,d\n", "a|b/c|d" },
	{ "a;b\r\nc;d", "a|b/c|d" },
	{ "a\tb\rc\td\r", "a|b/c|d" },
	{ "a\r\rb\n\nc\r\n\r\nd", "a/b/c/d" },
	{ "\xef\xbb\xbf" "a;b", "a|b" },
	{ "sep=;\r\na,b;c", "a,b|c" },
	{ "\"SEP=,\"\na;b,c", "a;b|c" },
	{ "sep=\t\na\tb", "a|b" },
	{ "sep=;;;\na;b", "a|b" },
	{ "\xef\xbb\xbfsep=;\na,x;b", "a,x|b" },
	{ "one\na;b,c;d\n", "one/a|b,c|d" },
	{ "\"a;b;c\",d\n", "a;b;c|d" },
	{ "a,\"b \"\"c\"\"\",\"\"\n", "a|b \"c\"|" },
	{ "\"a\r\nb\",c\n\"d\re\",f", "a\nb|c/d\ne|f" },
	{ " a ,\t\"b\" ,\xc2\xa0" "c\xe2\x80\xaf\n", "a|b|c" },
	{ "\" a \nb \n\",c", "a \nb \n|c" },
	{ ";;;;\na;b;;\n ; ;\n\n;;\n", "a|b||" },
	{ "zo\xc3\xa9;\xf0\x9f\x98\x80", "zo\xc3\xa9|\xf0\x9f\x98\x80" },
	{ "zo\xe9;\x80\x9c\x99", "zo\xc3\xa9|\xe2\x82\xac\xc5\x93\xe2\x84\xa2" },
};

START_TEST(a_sheet_is_read_into_its_cells)
{
	ck_assert_str_eq(read_text(good[_i].text), good[_i].said);
}
END_TEST

static const struct { const char *text, *said; } bad[] = {
	{ "a,\"b\nc,d\n", "<7 1:3>/c|d" },                     /* never closed */
	{ "a,\"b\nc,\"d\n", "<7 1:3>/<7 2:3>" },
	{ "a,\"b\nc\"d,e\nf\n", "<7 1:3>/<6 2:2>/f" },         /* closed on the next line by chance */
	{ "a,\"b\"x,c\nd", "<6 1:6>/d" },
	{ "a,b\"c\nd", "<6 1:4>/d" },
	{ "a\x01,b\nc", "<3 1:2>/c" },
	{ "a,b\x7f\nc", "<3 1:4>/c" },
	{ "a,\"b\x1b\"\nc", "<3 1:5>/c" },
	{ "a\xe2\x80\xae,b\nc", "<3 1:2>/c" },
	{ "\xef\xbb\xbf" "a,b\xe9\nc", "<2 1:4>/c" },          /* marked, so no Windows-1252 */
	{ "\xc3\xa9,b\nc,\xe9\n", "\xc3\xa9|b/<2 2:3>" },      /* of two encodings */
	{ "\x81,b\nc\xe9\n", "<2 1:1>/c\xc3\xa9" },            /* of neither */
	{ "sep=x\na;b\n", "<8 1:1>/a|b" },
	{ "sep=\na;b\n", "<8 1:1>/a|b" },
};

START_TEST(a_fault_is_told_at_its_place_and_the_rest_is_read)
{
	ck_assert_str_eq(read_text(bad[_i].text), bad[_i].said);
}
END_TEST

/* The same text in each order, with its mark and without. */
START_TEST(utf_16_is_read_in_both_orders_marked_or_not)
{
	static const uint16_t units[] = { 0xfeff, 'N', 0xe9, ';', 'b', '\r', '\n', 0xd83d, 0xde00, ';', 0x20ac, 'c', 'd', 'e', '\n' };
	unsigned char bytes[sizeof(units)];
	bool little = (_i & 1) != 0, marked = (_i & 2) != 0;
	size_t at, len = 0;

	for (at = marked ? 0 : 1; at < sizeof(units) / sizeof(units[0]); at++) {
		bytes[len++] = (unsigned char)(little ? units[at] : units[at] >> 8);
		bytes[len++] = (unsigned char)(little ? units[at] >> 8 : units[at]);
	}
	if (!marked)
		len -= 2;
	ck_assert_str_eq(read_all(bytes, len), "N\xc3\xa9|b/\xf0\x9f\x98\x80|\xe2\x82\xac" "cde");
}
END_TEST

START_TEST(half_a_pair_and_half_a_unit_of_utf_16_are_faults)
{
	static const unsigned char pair[] = "\xff\xfe" "a\0;\0\x3d\xd8\n\0b\0\n\0", unit[] = "\xff\xfe" "a\0;\0b\0\n\0c";

	ck_assert_str_eq(read_all(pair, sizeof(pair) - 1), "<2 1:3>/b");
	ck_assert_str_eq(read_all(unit, sizeof(unit) - 1), "a|b/<2 2:1>");
}
END_TEST

START_TEST(a_nul_is_a_control_character)
{
	ck_assert_str_eq(read_all("a\0b,c\nd\n", 8), "<3 1:2>/d");
}
END_TEST

/* As many bytes as a cell may have are one; the next is told. */
START_TEST(a_cell_has_its_bound)
{
	static char text[SHEET_CELL_MAX + 8];

	memset(text, 'x', SHEET_CELL_MAX);
	snprintf(text + SHEET_CELL_MAX, 8, "\nb\n");
	ck_assert_uint_eq(strlen(read_text(text)), SHEET_CELL_MAX + 2);
	snprintf(text + SHEET_CELL_MAX, 8, "x\nb\n");
	ck_assert_str_eq(read_text(text), "<4 1:1025>/b");
}
END_TEST

START_TEST(a_row_has_its_bound)
{
	static char text[SHEET_CELLS_MAX + 8];

	memset(text, ';', sizeof(text));
	snprintf(text + SHEET_CELLS_MAX - 1, 8, "y\nb\n");
	ck_assert_uint_eq(strlen(read_text(text)), SHEET_CELLS_MAX + 2);
	snprintf(text + SHEET_CELLS_MAX - 1, 8, ";\nb\n");
	ck_assert_str_eq(read_text(text), "<5 1:257>/b");
}
END_TEST

START_TEST(each_cell_knows_its_place)
{
	static const char text[] = "\xc3\xa9\xc3\xa9;  b;\"c\nd\"; e\n\nf";
	struct cli_sheet *sheet = cli_sheet_open(text, sizeof(text) - 1);
	struct sheet_place place;
	struct sheet_row row;

	ck_assert_int_eq(cli_sheet_next(sheet, &row, &place), SHEET_ROW);
	ck_assert_uint_eq(row.count, 4);
	ck_assert_uint_eq(row.cells[1].place.column, 6);
	ck_assert_uint_eq(row.cells[2].place.column, 8);
	ck_assert_uint_eq(row.cells[3].place.line, 2);
	ck_assert_uint_eq(row.cells[3].place.column, 5);
	ck_assert_int_eq(cli_sheet_next(sheet, &row, &place), SHEET_ROW);
	ck_assert_uint_eq(row.cells[0].place.line, 4);
	cli_sheet_close(sheet);
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("cli_sheet");
	TCase *test = tcase_create("cli_sheet");

	tcase_add_loop_test(test, a_sheet_is_read_into_its_cells, 0, sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(test, a_fault_is_told_at_its_place_and_the_rest_is_read, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_loop_test(test, utf_16_is_read_in_both_orders_marked_or_not, 0, 4);
	tcase_add_test(test, half_a_pair_and_half_a_unit_of_utf_16_are_faults);
	tcase_add_test(test, a_nul_is_a_control_character);
	tcase_add_test(test, a_cell_has_its_bound);
	tcase_add_test(test, a_row_has_its_bound);
	tcase_add_test(test, each_cell_knows_its_place);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
