/* Lines of databases: what is one, and what makes it another one. */
#include "support/check_main.h"

#include <stdint.h>
#include <stdio.h>

#include "db_line.h"

#define CLUSTER "7583930284729384756"
#define OF_BEFORE CLUSTER "/00000002/16400"
#define LINE CLUSTER "/2/16385.16400/6612f0a3b4c5d"

START_TEST(a_line_is_taken_to_pieces)
{
	struct lbr_line_parts parts;

	ck_assert(lbr_line_read(LINE, &parts));
	ck_assert_str_eq(parts.cluster, CLUSTER);
	ck_assert_uint_eq(parts.timeline, 2);
	ck_assert_uint_eq(parts.database, 16385);
	ck_assert_uint_eq(parts.table, 16400);
	ck_assert_uint_eq(parts.start, UINT64_C(0x6612f0a3b4c5d));
	ck_assert(parts.has_place);
	ck_assert(lbr_line_read("18446744073709551615/ffffffff/4294967295.4294967295/ffffffffffffffff", &parts));
	ck_assert_uint_eq(parts.database, UINT32_MAX);
	ck_assert_uint_eq(parts.timeline, UINT32_MAX);
	ck_assert_uint_eq(parts.table, UINT32_MAX);
	ck_assert_uint_eq(parts.start, UINT64_MAX);
}
END_TEST

/* After cluster and timeline, from the schema of an earlier or a later release: it keeps no host of this one out. */
static const char *const places[] = {
	"", "16400", "16400/6612f0a3b4c5d", "1/", "1.1", "1.1/", "1./5", ".1/5", "1.1/5/", "1.1/5/6", "1.1.1/5", "1.1.5", "1f.1/5", "1.1/g",
	" 1.1/5", "1.1/5\n", "12345678901.1/5", "1.12345678901/5", "1.1/12345678901234567", "what a later release says",
};

START_TEST(another_place_hides_neither_cluster_nor_timeline)
{
	struct lbr_line_parts parts;
	char line[128], promoted[128];

	snprintf(line, sizeof(line), CLUSTER "/2/%s", places[_i]);
	snprintf(promoted, sizeof(promoted), CLUSTER "/3/%s", places[_i]);
	ck_assert_msg(lbr_line_read(line, &parts), "%s", line);
	ck_assert_str_eq(parts.cluster, CLUSTER);
	ck_assert_uint_eq(parts.timeline, 2);
	ck_assert(!parts.has_place && parts.database == 0 && parts.table == 0 && parts.start == 0);
	ck_assert_int_eq(lbr_line_compare(line, line), LBR_LINE_SAME);
	ck_assert_int_eq(lbr_line_compare(line, LINE), LBR_LINE_UPGRADED);
	ck_assert_int_eq(lbr_line_compare(LINE, line), LBR_LINE_UPGRADED);
	ck_assert_int_eq(lbr_line_compare(line, promoted), LBR_LINE_REPLACED);
	ck_assert_int_eq(lbr_line_compare(LINE, promoted), LBR_LINE_REPLACED);
	ck_assert_int_eq(lbr_line_compare(line, CLUSTER "/2/another"), LBR_LINE_REPLACED); /* it may have been restored */
}
END_TEST

static const char *const others[] = {
	"", "/", "7", "7/", "7/2", "7//1.1/2", "/2/1.1/2", "7.2/1.1/5", "7/g/1.1/5", "7/0x2/1.1/5", "7/-2/1.1/5", "-7/2/1.1/5",
	"7a/2/1.1/5", "7/123456789/1.1/5", "123456789012345678901/2/1.1/5",
};

START_TEST(nothing_else_is_one)
{
	struct lbr_line_parts parts;

	ck_assert_msg(!lbr_line_read(others[_i], &parts), "%s", others[_i]);
	ck_assert_int_eq(lbr_line_compare(others[_i], LINE), LBR_LINE_REPLACED);
	ck_assert_int_eq(lbr_line_compare(LINE, others[_i]), LBR_LINE_REPLACED);
}
END_TEST

START_TEST(a_start_is_told_from_a_promotion)
{
	ck_assert_int_eq(lbr_line_compare(LINE, LINE), LBR_LINE_SAME);
	ck_assert_int_eq(lbr_line_compare(OF_BEFORE, OF_BEFORE), LBR_LINE_SAME);
	ck_assert_int_eq(lbr_line_compare(LINE, CLUSTER "/2/16385.16400/6612f0a3b4c5e"), LBR_LINE_RESTARTED);
	ck_assert_int_eq(lbr_line_compare(LINE, CLUSTER "/2/16385.16400/6612f0a3b4c5c"), LBR_LINE_RESTARTED); /* its clock was set back */
	ck_assert_int_eq(lbr_line_compare(OF_BEFORE, LINE), LBR_LINE_UPGRADED);
	ck_assert_int_eq(lbr_line_compare(LINE, OF_BEFORE), LBR_LINE_UPGRADED);
	ck_assert_int_eq(lbr_line_compare(LINE, CLUSTER "/3/16385.16400/6612f0a3b4c5d"), LBR_LINE_REPLACED);
	ck_assert_int_eq(lbr_line_compare(LINE, CLUSTER "/2/16385.16401/6612f0a3b4c5d"), LBR_LINE_REPLACED); /* tables from a dump */
	ck_assert_int_eq(lbr_line_compare(LINE, CLUSTER "/2/16386.16400/6612f0a3b4c5d"), LBR_LINE_REPLACED); /* a template's copy */
	ck_assert_int_eq(lbr_line_compare(LINE, "7583930284729384757/2/16385.16400/6612f0a3b4c5d"), LBR_LINE_REPLACED);
	ck_assert_int_eq(lbr_line_compare(OF_BEFORE, CLUSTER "/3/16385.16400/6612f0a3b4c5d"), LBR_LINE_REPLACED);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("broker line");
	TCase *tcase = tcase_create("line");

	tcase_add_test(tcase, a_line_is_taken_to_pieces);
	tcase_add_loop_test(tcase, another_place_hides_neither_cluster_nor_timeline, 0, sizeof(places) / sizeof(places[0]));
	tcase_add_loop_test(tcase, nothing_else_is_one, 0, sizeof(others) / sizeof(others[0]));
	tcase_add_test(tcase, a_start_is_told_from_a_promotion);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
