/* The columns of an answer: what a database may say that is not what it should be. */
#include "support/check_main.h"

#include <stdint.h>
#include <string.h>

#include "result_columns.h"

static char bytes_of_five[8] = {0, 0, 0, 0, 0, 0, 0, 5};

/* An answer of one row with these columns, each in this format; a length of -1 is null. */
static PGresult *answer(const char *name, int format, const char *bytes, int len)
{
	PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	char copy[16];
	PGresAttDesc column = {.name = copy, .format = format};

	(void)snprintf(copy, sizeof(copy), "%s", name);
	ck_assert(PQsetResultAttrs(result, 1, &column));
	ck_assert(PQsetvalue(result, 0, 0, (char *)(uintptr_t)bytes, len));
	return result;
}

static uint64_t number_of(const char *bytes, int len, bool or_null, bool *ret_broken)
{
	PGresult *result = answer("n", 1, bytes, len);
	struct lbr_columns columns = {.result = result};
	uint64_t number = lbr_column_number(&columns, "n", or_null);

	*ret_broken = columns.broken;
	PQclear(result);
	return number;
}

START_TEST(numbers_are_of_four_or_eight_bytes_and_not_negative)
{
	bool broken;
	int len;

	ck_assert_uint_eq(number_of(bytes_of_five, 8, false, &broken), 5);
	ck_assert(!broken);
	ck_assert_uint_eq(number_of(bytes_of_five + 4, 4, false, &broken), 5);
	ck_assert(!broken);
	for (len = 0; len < 8; len++)
		if (len != 4) {
			ck_assert_uint_eq(number_of(bytes_of_five, len, true, &broken), 0);
			ck_assert(broken);
		}
	ck_assert_uint_eq(number_of("\xff\xff\xff\xff\xff\xff\xff\xff", 8, false, &broken), 0);
	ck_assert(broken);
	ck_assert_uint_eq(number_of("\x80\0\0\0", 4, false, &broken), 0);
	ck_assert(broken);
	ck_assert_uint_eq(number_of(NULL, -1, true, &broken), 0);
	ck_assert(!broken);
	(void)number_of(NULL, -1, false, &broken);
	ck_assert(broken);
}
END_TEST

START_TEST(a_column_in_text_or_of_another_name_is_none)
{
	PGresult *text = answer("n", 0, "5", 1), *other = answer("m", 1, bytes_of_five, 8);
	struct lbr_columns of_text = {.result = text}, of_other = {.result = other};

	(void)lbr_column_number(&of_text, "n", false);
	(void)lbr_column_number(&of_other, "n", false);
	ck_assert(of_text.broken && of_other.broken);
	PQclear(text);
	PQclear(other);
}
END_TEST

static bool flag_breaks(const char *bytes, int len)
{
	PGresult *result = answer("f", 1, bytes, len);
	struct lbr_columns columns = {.result = result};
	bool flag = lbr_column_flag(&columns, "f");

	PQclear(result);
	ck_assert(!flag || !columns.broken);
	return columns.broken;
}

START_TEST(a_flag_is_one_byte_of_two_values)
{
	ck_assert(!flag_breaks("\1", 1) && !flag_breaks("\0", 1));
	ck_assert(flag_breaks("\2", 1) && flag_breaks("\xff", 1) && flag_breaks("", 0) && flag_breaks("\1\1", 2) && flag_breaks(NULL, -1));
}
END_TEST

START_TEST(texts_and_bytes_keep_their_bounds)
{
	PGresult *result = answer("t", 1, "abcd", 4), *with_nul = answer("t", 1, "a\0b", 3);
	struct lbr_columns fits = {.result = result}, longer = {.result = result}, cut = {.result = with_nul}, none = {.result = result};
	char text[5] = "xxxx";
	unsigned char bytes[4];
	size_t len;

	lbr_column_text(&fits, "t", text, 5);
	ck_assert_str_eq(text, "abcd");
	lbr_column_bytes(&fits, "t", bytes, 4, &len);
	ck_assert(!fits.broken && len == 4);
	lbr_column_text(&longer, "t", text, 4);
	ck_assert(longer.broken && text[0] == '\0');
	longer.broken = false;
	lbr_column_bytes(&longer, "t", bytes, 3, &len);
	ck_assert(longer.broken && len == 0);
	lbr_column_text(&cut, "t", text, 5);
	ck_assert(cut.broken && text[0] == '\0');
	lbr_column_text(&none, "u", text, 5);
	ck_assert(!none.broken && text[0] == '\0');
	PQclear(result);
	PQclear(with_nul);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("broker columns");
	TCase *tcase = tcase_create("answers");

	tcase_add_test(tcase, numbers_are_of_four_or_eight_bytes_and_not_negative);
	tcase_add_test(tcase, a_column_in_text_or_of_another_name_is_none);
	tcase_add_test(tcase, a_flag_is_one_byte_of_two_values);
	tcase_add_test(tcase, texts_and_bytes_keep_their_bounds);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
