/* The columns of an answer: what a database may say that is not what it should be. */
#include "support/check_main.h"

#include <stdint.h>
#include <string.h>

#include "arrays.h"
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

/* Whether an array of these places, out of three, breaks the answer. */
static bool places_break(const uint64_t *places, size_t count, bool *ret)
{
	unsigned char bytes[LBR_ARRAY_LEN(4, 8)];
	struct lbr_array array;
	struct lbr_columns columns;
	size_t at;

	lbr_array_begin(&array, bytes, LBR_OID_BIGINT);
	for (at = 0; at < count; at++)
		lbr_array_number(&array, places[at]);
	columns = (struct lbr_columns){.result = answer("p", 1, (const char *)bytes, (int)array.len)};
	lbr_column_places(&columns, "p", ret, 3);
	PQclear((PGresult *)(uintptr_t)columns.result);
	return columns.broken;
}

START_TEST(places_are_those_that_were_asked_for)
{
	bool found[4] = {false, false, false, true};

	ck_assert(!places_break((const uint64_t[]){3, 1}, 2, found));
	ck_assert(found[0] && !found[1] && found[2] && found[3]);
	ck_assert(!places_break(NULL, 0, found));
	ck_assert(!found[0] && !found[1] && !found[2]);
	ck_assert(places_break((const uint64_t[]){0}, 1, found));
	ck_assert(places_break((const uint64_t[]){1, 4}, 2, found));
	ck_assert(places_break((const uint64_t[]){UINT64_MAX}, 1, found));
	ck_assert(found[3]);
}
END_TEST

static bool array_breaks(const char *name, const unsigned char *bytes, int len)
{
	struct lbr_columns columns = {.result = answer("p", 1, (const char *)bytes, len)};
	bool found[3];

	lbr_column_places(&columns, name, found, 3);
	PQclear((PGresult *)(uintptr_t)columns.result);
	return columns.broken;
}

/* Each byte of the head, and each length: what is not understood may be a yes, so it must not count as a no. */
START_TEST(an_array_of_anything_else_is_broken)
{
	unsigned char bytes[LBR_ARRAY_LEN(2, 8) + 1];
	struct lbr_array array;
	int len, at;

	lbr_array_begin(&array, bytes, LBR_OID_BIGINT);
	lbr_array_number(&array, 1);
	lbr_array_number(&array, 2);
	ck_assert(!array_breaks("p", bytes, (int)array.len));
	ck_assert(!array_breaks("p", NULL, -1));
	ck_assert(array_breaks("q", NULL, -1));
	for (len = 0; len <= (int)sizeof(bytes); len++)
		ck_assert_msg(array_breaks("p", bytes, len) == (len != (int)array.len), "%d bytes", len);
	for (at = 0; at < LBR_ARRAY_HEAD - 4; at++) {
		bytes[at] ^= 1;
		ck_assert_msg(array_breaks("p", bytes, (int)array.len), "byte %d", at);
		bytes[at] ^= 1;
	}
	bytes[LBR_ARRAY_HEAD + 3] = 4;
	ck_assert(array_breaks("p", bytes, (int)array.len));
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
	tcase_add_test(tcase, places_are_those_that_were_asked_for);
	tcase_add_test(tcase, an_array_of_anything_else_is_broken);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
