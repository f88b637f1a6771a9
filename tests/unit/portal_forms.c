/* The number of a form, the cookie of its browser, and one answer for each form. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cookie.h"
#include "form.h"
#include "form_answers.h"
#include "form_number.h"

#include "support/check_main.h"

static struct lbr_portal_key key, other_key;
static char cookie[LBR_FORM_COOKIE_TEXT], other[LBR_FORM_COOKIE_TEXT], number[LBR_FORM_NUMBER_TEXT];
static struct lbr_form_answers *answers;

static void set_up(void)
{
	unsigned char master[LBR_PORTAL_KEY_LEN] = { 1 }, random[32] = { 2 };

	lbr_portal_key_derive(master, &key);
	master[0] = 2;
	lbr_portal_key_derive(master, &other_key);
	lbr_form_cookie_make(&key, random, cookie);
	random[0] = 1;
	lbr_form_cookie_make(&key, random, other);
	lbr_form_number_make(&key, cookie, 7, random, number);
	answers = calloc(1, sizeof(*answers));
	ck_assert_ptr_nonnull(answers);
}

static void tear_down(void)
{
	free(answers);
}

START_TEST(portal_p19_a_number_is_good_for_its_browser_and_page_only)
{
	ck_assert_uint_eq(strlen(cookie), LBR_COOKIE_FORM_LEN);
	ck_assert_uint_le(strlen(number), LBR_FORM_NUMBER_MAX);
	ck_assert(lbr_form_cookie_is_ours(&key, cookie) && lbr_form_cookie_is_ours(&key, other));
	ck_assert(!lbr_form_cookie_is_ours(&other_key, cookie));
	ck_assert(lbr_form_number_is_ours(&key, cookie, 7, number));
	ck_assert(!lbr_form_number_is_ours(&key, cookie, 8, number));
	ck_assert(!lbr_form_number_is_ours(&key, other, 7, number));
	ck_assert(!lbr_form_number_is_ours(&other_key, cookie, 7, number));
	ck_assert(!lbr_form_number_is_ours(&key, "", 7, number) && !lbr_form_number_is_ours(&key, cookie, 7, ""));
	ck_assert_str_ne(cookie, other);
}
END_TEST

START_TEST(a_number_says_which_question_it_answers)
{
	unsigned char random[LBR_FORM_NUMBER_RANDOM] = { 0xfe, 0xdc, 0xba, 0x98, 7 };

	lbr_form_number_make(&key, cookie, 7, random, number);
	ck_assert_uint_eq(lbr_form_number_question(number), 0xfedcba98);
	ck_assert_uint_eq(lbr_form_number_question(""), 0);
	number[3] = '*';
	ck_assert_uint_eq(lbr_form_number_question(number), 0);
}
END_TEST

START_TEST(portal_p19_a_renewed_cookie_keeps_its_forms_and_is_no_guess)
{
	unsigned char random[32] = { 9 }, one[LBR_PORTAL_MAC_LEN], two[LBR_PORTAL_MAC_LEN];
	char renewed[LBR_FORM_COOKIE_TEXT], again[LBR_FORM_COOKIE_TEXT];

	random[31] = 5;
	lbr_form_cookie_renew(&key, cookie, random, renewed);
	ck_assert(lbr_form_cookie_is_ours(&key, renewed));
	ck_assert(lbr_form_number_is_ours(&key, renewed, 7, number) && lbr_form_number_is_ours(&key, cookie, 7, number));
	lbr_form_cookie_browser(&key, cookie, one);
	lbr_form_cookie_browser(&key, renewed, two);
	ck_assert_mem_eq(one, two, sizeof(one));
	lbr_form_cookie_hash(&key, cookie, one);
	lbr_form_cookie_hash(&key, renewed, two);
	ck_assert_mem_ne(one, two, sizeof(one));
	/* All the bytes that are the cookie's own come from the fresh random ones. */
	random[31] = 6;
	lbr_form_cookie_renew(&key, cookie, random, again);
	ck_assert_str_ne(again, renewed);
	ck_assert_mem_eq(again, renewed, 20);
	lbr_form_cookie_renew(&key, other, random, again);
	ck_assert(lbr_form_number_is_ours(&key, again, 7, number) == lbr_form_number_is_ours(&key, other, 7, number));
}
END_TEST

START_TEST(portal_p19_every_changed_character_makes_it_a_strangers)
{
	char changed[LBR_FORM_COOKIE_TEXT + 1];
	size_t at;

	for (at = 0; at < strlen(cookie); at++) {
		memcpy(changed, cookie, sizeof(cookie));
		changed[at] = changed[at] == 'A' ? 'B' : 'A';
		ck_assert(!lbr_form_cookie_is_ours(&key, changed));
		ck_assert(!lbr_form_number_is_ours(&key, changed, 7, number));
	}
	for (at = 0; at < strlen(number); at++) {
		memcpy(changed, number, sizeof(number));
		changed[at] = changed[at] == 'A' ? 'Q' : 'A';
		ck_assert(!lbr_form_number_is_ours(&key, cookie, 7, changed));
	}
	memcpy(changed, number, sizeof(number));
	changed[strlen(number) - 1] = '\0';
	ck_assert(!lbr_form_number_is_ours(&key, cookie, 7, changed));
	snprintf(changed, sizeof(changed), "%sA", number);
	ck_assert(!lbr_form_number_is_ours(&key, cookie, 7, changed));
	snprintf(changed, sizeof(changed), "%s=", number);
	ck_assert(!lbr_form_number_is_ours(&key, cookie, 7, changed));
	memset(changed, 'A', LBR_FORM_COOKIE_TEXT - 1);
	changed[LBR_FORM_COOKIE_TEXT - 1] = '\0';
	ck_assert(!lbr_form_cookie_is_ours(&key, changed));
}
END_TEST

static const unsigned char *hash_of(unsigned number_of_form)
{
	static unsigned char hash[32];

	memcpy(hash, &number_of_form, sizeof(number_of_form));
	return hash;
}

static enum lbr_form_state find(unsigned form, int64_t now_ms, unsigned *place)
{
	enum lbr_form_state state;

	ck_assert_int_eq(lbr_form_answers_find(answers, hash_of(form), now_ms, &state, place), LBR_OK);
	return state;
}

START_TEST(portal_p23_a_form_is_judged_once_and_answered_alike)
{
	unsigned first, second;

	ck_assert_int_eq(find(1, 1000, &first), LBR_FORM_FRESH);
	ck_assert_int_eq(find(1, 1001, &second), LBR_FORM_WAIT);
	ck_assert_uint_eq(first, second);
	ck_assert_int_eq(find(2, 1001, &second), LBR_FORM_FRESH);
	ck_assert_int_eq(lbr_form_answers_keep(answers, first, false, "yes", 3, 2000), LBR_OK);
	ck_assert_int_eq(find(1, 2000 + LBR_FORM_ANSWER_MS - 1, &second), LBR_FORM_KNOWN);
	ck_assert(second == first && answers->entries[first].len == 3 && memcmp(answers->entries[first].bytes, "yes", 3) == 0);
	ck_assert_int_eq(lbr_form_answers_keep(answers, first, false, "no", 2, 2000), LBR_ERR_RANGE);
	ck_assert_int_eq(find(1, 2000 + LBR_FORM_ANSWER_MS, &second), LBR_FORM_FRESH);
}
END_TEST

START_TEST(a_form_that_was_not_judged_may_be_sent_again)
{
	unsigned place;

	ck_assert_int_eq(find(1, 1000, &place), LBR_FORM_FRESH);
	lbr_form_answers_drop(answers, place);
	ck_assert_int_eq(find(1, 1000, &place), LBR_FORM_FRESH);
	ck_assert_int_eq(lbr_form_answers_keep(answers, place, false, "", 0, 1000), LBR_ERR_RANGE);
	ck_assert_int_eq(find(1, 1000, &place), LBR_FORM_FRESH);
	lbr_form_answers_drop(answers, LBR_FORM_ANSWERS_MAX);
}
END_TEST

START_TEST(a_full_table_forgets_the_oldest_answer_and_nothing_that_is_judged)
{
	enum lbr_form_state state;
	unsigned place, form;

	for (form = 1; form <= LBR_FORM_ANSWERS_MAX; form++) {
		ck_assert_int_eq(find(form, form, &place), LBR_FORM_FRESH);
		if (form % 2 == 0)
			ck_assert_int_eq(lbr_form_answers_keep(answers, place, false, "x", 1, form), LBR_OK);
	}
	ck_assert_int_eq(find(5000, 2000, &place), LBR_FORM_FRESH);
	ck_assert_int_eq(find(4, 2000, &place), LBR_FORM_KNOWN);
	ck_assert_int_eq(find(1, 2000, &place), LBR_FORM_WAIT);
	for (form = 6000; form < 6000 + LBR_FORM_ANSWERS_MAX / 2 - 1; form++)
		ck_assert_int_eq(find(form, 2000, &place), LBR_FORM_FRESH);
	ck_assert_int_eq(lbr_form_answers_find(answers, hash_of(9000), 2000, &state, &place), LBR_ERR_BUSY);
	ck_assert_int_eq(find(1, 2000, &place), LBR_FORM_WAIT);
}
END_TEST

/* A stranger can have as many forms refused as the agent judges in a minute; a second click still hears that its person is in. */
START_TEST(portal_p23_no_number_of_refusals_pushes_out_an_answer_that_was_earned)
{
	unsigned place, form;

	ck_assert_int_eq(find(1, 1000, &place), LBR_FORM_FRESH);
	ck_assert_int_eq(lbr_form_answers_keep(answers, place, true, "in", 2, 1000), LBR_OK);
	for (form = 2; form < 4 * LBR_FORM_ANSWERS_MAX; form++) {
		ck_assert_int_eq(find(form, 1000 + form, &place), LBR_FORM_FRESH);
		ck_assert_int_eq(lbr_form_answers_keep(answers, place, false, "no", 2, 1000 + form), LBR_OK);
	}
	ck_assert_int_eq(find(1, 1000 + LBR_FORM_ANSWER_MS - 1, &place), LBR_FORM_KNOWN);
	ck_assert_mem_eq(answers->entries[place].bytes, "in", 2);
	ck_assert_int_eq(find(form - 1, 1000 + form, &place), LBR_FORM_KNOWN);
}
END_TEST

/* Only where nothing else is left. */
START_TEST(among_earned_answers_the_oldest_gives_way)
{
	unsigned place, form;

	for (form = 1; form <= LBR_FORM_ANSWERS_MAX; form++) {
		ck_assert_int_eq(find(form, form, &place), LBR_FORM_FRESH);
		ck_assert_int_eq(lbr_form_answers_keep(answers, place, true, "in", 2, form), LBR_OK);
	}
	ck_assert_int_eq(find(5000, 2000, &place), LBR_FORM_FRESH);
	ck_assert_int_eq(find(2, 2000, &place), LBR_FORM_KNOWN);
	lbr_form_answers_drop(answers, place);
	ck_assert_int_eq(find(1, 2000, &place), LBR_FORM_FRESH);
}
END_TEST

START_TEST(a_forgotten_answer_is_wiped)
{
	unsigned place;

	ck_assert_int_eq(find(1, 1, &place), LBR_FORM_FRESH);
	ck_assert_int_eq(lbr_form_answers_keep(answers, place, true, "secret-id", 9, 1), LBR_OK);
	ck_assert_int_eq(find(2, 1 + LBR_FORM_ANSWER_MS, &place), LBR_FORM_FRESH);
	ck_assert_ptr_null(memmem(answers, sizeof(*answers), "secret-id", 9));
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_forms");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, portal_p19_a_number_is_good_for_its_browser_and_page_only);
	tcase_add_test(tests, a_number_says_which_question_it_answers);
	tcase_add_test(tests, portal_p19_a_renewed_cookie_keeps_its_forms_and_is_no_guess);
	tcase_add_test(tests, portal_p19_every_changed_character_makes_it_a_strangers);
	tcase_add_test(tests, portal_p23_a_form_is_judged_once_and_answered_alike);
	tcase_add_test(tests, a_form_that_was_not_judged_may_be_sent_again);
	tcase_add_test(tests, a_full_table_forgets_the_oldest_answer_and_nothing_that_is_judged);
	tcase_add_test(tests, portal_p23_no_number_of_refusals_pushes_out_an_answer_that_was_earned);
	tcase_add_test(tests, among_earned_answers_the_oldest_gives_way);
	tcase_add_test(tests, a_forgotten_answer_is_wiped);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
