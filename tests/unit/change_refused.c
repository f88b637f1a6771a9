/* Changing a password: what refuses it, what one that is broken off leaves behind, odd clocks and passwords. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <liberations/codec.h>

#include "support/change_stage.h"

START_TEST(sec_1_39_histories_of_alike_names_are_apart)
{
	static const char *const impossible[] = { "bob#1", "a,b:c", "bob ", "bob\n" };
	struct lbr_secret secret = numbered(1);
	enum lbr_objection objection;
	size_t at;

	live_through("bob", 2);
	enroll("bobby", 5);
	enroll("bo", 6);
	ck_assert_int_eq(judge("bobby", 1, NULL), LBR_OBJECTION_NONE);
	ck_assert_int_eq(judge("bo", 2, NULL), LBR_OBJECTION_NONE);
	ck_assert_int_eq(judge("bob", 5, NULL), LBR_OBJECTION_NONE);
	ck_assert_int_eq(judge("bob", 1, NULL), LBR_OBJECTION_USED);
	for (at = 0; at < 4; at++) {
		ck_assert_int_eq(judge_secret(impossible[at], &secret, &objection, NULL), LBR_ERR_ABSENT);
		ck_assert_int_ne(objection, LBR_OBJECTION_NONE);
	}
}
END_TEST

static void overwrite(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

START_TEST(sec_1_39_an_unreadable_history_refuses_the_change)
{
	struct lbr_secret secret = numbered(7), old = numbered(2);
	enum lbr_objection objection = LBR_OBJECTION_NONE;
	struct lbr_reason reason = { .text = "" };
	bool done;

	live_through("broken", 2);
	overwrite(scratch_path("history", "broken"), "liberations-history 1\npassword 1 x\n");
	ck_assert_int_eq(judge_secret("broken", &secret, &objection, &reason), LBR_ERR_DAMAGED);
	ck_assert_int_eq(objection, LBR_OBJECTION_USED);
	ck_assert_ptr_nonnull(strstr(reason.text, "history"));
	ck_assert_int_eq(lbr_change_is_possible(scratch.store, "broken", &settings, NULL), LBR_ERR_DAMAGED);
	ck_assert_int_eq(commit("broken", account_of("broken").generation, 7, BORN + 9 * DAY), LBR_ERR_DAMAGED);
	ck_assert(is_in_force("broken", 2));
	/* The hash of a sign-in can still be renewed. */
	settings.hash_cost = 2;
	ck_assert_int_eq(lbr_change_rehash(scratch.store, &settings, "broken", account_of("broken").generation, &old, NULL, &done, NULL),
	                 LBR_OK);
	ck_assert(done);
	ck_assert(is_in_force("broken", 2));
}
END_TEST

static void read_all(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = read(fd, text, size - 1);

	ck_assert_int_ge(got, 0);
	text[got] = '\0';
	close(fd);
}

static void disable(struct lbr_account *account)
{
	account->disabled = true;
}

START_TEST(a_change_that_is_broken_off_leaves_no_trace)
{
	char before[LBR_HISTORY_TEXT_MAX], after[LBR_HISTORY_TEXT_MAX];
	uint64_t generation;

	live_through("off", 3);
	read_all(scratch_path("history", "off"), before, sizeof(before));
	generation = account_of("off").generation;
	ck_assert_int_eq(judge("off", 4, NULL), LBR_OBJECTION_NONE);
	ck_assert_int_eq(commit("off", generation - 1, 4, BORN + 9 * DAY), LBR_ERR_STALE);
	ck_assert_int_eq(commit("off", generation + 1, 4, BORN + 9 * DAY), LBR_ERR_STALE);
	change_account("off", disable);
	ck_assert_int_eq(commit("off", generation, 4, BORN + 9 * DAY), LBR_ERR_STALE);
	ck_assert_int_eq(commit("off", generation + 1, 4, BORN + 9 * DAY), LBR_ERR_STALE); /* disabled */
	read_all(scratch_path("history", "off"), after, sizeof(after));
	ck_assert_str_eq(before, after);
	ck_assert(is_in_force("off", 3));
	ck_assert_int_eq(judge("off", 4, NULL), LBR_OBJECTION_NONE);
}
END_TEST

START_TEST(two_changes_in_one_second_are_two_passwords)
{
	struct lbr_history history;
	unsigned number;

	enroll("quick", 0);
	for (number = 1; number <= 4; number++)
		must_commit("quick", number, BORN);
	history = history_of("quick", 10);
	ck_assert_uint_eq(history.count, 5);
	for (number = 0; number <= 4; number++)
		ck_assert(is_kept(&history, number));
}
END_TEST

START_TEST(a_clock_that_was_set_back_loses_nothing)
{
	struct lbr_history history;
	unsigned number;

	enroll("clock", 0);
	for (number = 1; number <= 4; number++)
		must_commit("clock", number, BORN - number * DAY);
	history = history_of("clock", 10);
	ck_assert_uint_eq(history.count, 5);
	for (number = 0; number <= 4; number++)
		ck_assert(is_kept(&history, number));
}
END_TEST

START_TEST(sec_1_63_the_last_of_480_bytes_tells_two_passwords_apart)
{
	struct lbr_secret one = numbered(0);
	struct lbr_change change = { .name = "long", .password = &one };
	enum lbr_objection objection;
	uint64_t generation;
	size_t at;

	enroll("long", 0);
	scratch.now_s = BORN + DAY;
	lbr_secret_wipe(&one);
	for (at = 0; at < 480; at += 4)
		snprintf(one.bytes + at, 5, "\xf0\x9f\xa6%c", (char)(0x80 + at * at / 16 * 31 % 61));
	one.len = 480;
	change.generation = account_of("long").generation;
	ck_assert_int_eq(lbr_change_commit(scratch.store, &settings, &change, &generation, NULL), LBR_OK);
	ck_assert_int_eq(lbr_change_judge(scratch.store, "long", &one, NULL, &settings, NULL, &objection, NULL, NULL), LBR_OK);
	ck_assert_int_eq(objection, LBR_OBJECTION_SAME);
	one.bytes[479]++;
	ck_assert_int_eq(lbr_change_judge(scratch.store, "long", &one, NULL, &settings, NULL, &objection, NULL, NULL), LBR_OK);
	ck_assert_int_eq(objection, LBR_OBJECTION_NONE);
}
END_TEST

/* é as one character and as two is one password, whichever was stored. */
START_TEST(std_N5_composed_and_decomposed_are_the_same_password)
{
	static const char *const forms[] = {
		"\xc3\xa9t\xc3\xa9 \xc3\xa0 la mer du nord", "e\xcc\x81te\xcc\x81 a\xcc\x80 la mer du nord",
	};
	struct lbr_secret typed, normal[2];
	enum lbr_objection objection;
	char hash[LBR_HASH_MAX];
	size_t at;

	for (at = 0; at < 2; at++) {
		ck_assert_int_eq(lbr_secret_set(&typed, forms[at], strlen(forms[at])), LBR_OK);
		ck_assert_int_eq(lbr_password_normalise(&typed, &normal[at]), LBR_OK);
	}
	ck_assert_int_eq(lbr_password_hash(&normal[1], 1, hash), LBR_OK);
	enroll_with_hash("forms", hash);
	ck_assert_int_eq(judge_secret("forms", &normal[0], &objection, NULL), LBR_OK);
	ck_assert_int_eq(objection, LBR_OBJECTION_SAME);
	ck_assert_int_eq(lbr_change_judge(scratch.store, "forms", &normal[0], &normal[1], &settings, NULL, &objection, NULL, NULL),
	                 LBR_OK);
	ck_assert_int_eq(objection, LBR_OBJECTION_SAME);
}
END_TEST

START_TEST(a_list_of_breached_ones_that_is_missing_refuses_the_change)
{
	struct lbr_secret secret = numbered(7);
	enum lbr_objection objection = LBR_OBJECTION_NONE;
	struct lbr_reason reason = { .text = "" };

	enroll("listed", 0);
	snprintf(settings.breached, sizeof(settings.breached), "%s/none", scratch.dir);
	ck_assert_int_eq(judge_secret("listed", &secret, &objection, &reason), LBR_ERR_SYSTEM);
	ck_assert_int_eq(objection, LBR_OBJECTION_USED);
	ck_assert_ptr_nonnull(strstr(reason.text, settings.breached));
	ck_assert_int_eq(lbr_change_is_possible(scratch.store, "listed", &settings, NULL), LBR_ERR_SYSTEM);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("change_refused");
	TCase *tests = tcase_create("all");

	tcase_add_unchecked_fixture(tests, scratch_make, scratch_remove);
	tcase_add_checked_fixture(tests, enter, NULL);
	tcase_add_test(tests, sec_1_39_histories_of_alike_names_are_apart);
	tcase_add_test(tests, sec_1_39_an_unreadable_history_refuses_the_change);
	tcase_add_test(tests, a_change_that_is_broken_off_leaves_no_trace);
	tcase_add_test(tests, two_changes_in_one_second_are_two_passwords);
	tcase_add_test(tests, a_clock_that_was_set_back_loses_nothing);
	tcase_add_test(tests, sec_1_63_the_last_of_480_bytes_tells_two_passwords_apart);
	tcase_add_test(tests, std_N5_composed_and_decomposed_are_the_same_password);
	tcase_add_test(tests, a_list_of_breached_ones_that_is_missing_refuses_the_change);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
