/* The turn around a hash: taken before, given back after, once, whatever the account is; without one nothing is judged. */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "support/check_main.h"

#include <liberations/admission.h>
#include <liberations/attempt.h>
#include <liberations/change.h>
#include <liberations/password.h>
#include <liberations/token.h>

#include "support/change_stage.h"

static atomic_int inside, entered, left, hashes, unadmitted;
static _Thread_local bool here;
static bool closed;

static enum lbr_error enter_turn(void *context, struct lbr_reason *reason)
{
	ck_assert_ptr_eq(context, &entered);
	if (closed)
		return lbr_fail_bare(reason, LBR_ERR_BUSY);
	ck_assert(!here);
	here = true;
	atomic_fetch_add(&inside, 1);
	atomic_fetch_add(&entered, 1);
	return LBR_OK;
}

static void leave_turn(void *context)
{
	ck_assert_ptr_eq(context, &entered);
	ck_assert(here);
	here = false;
	atomic_fetch_sub(&inside, 1);
	atomic_fetch_add(&left, 1);
}

static const struct lbr_admission admission = {.enter = enter_turn, .leave = leave_turn, .context = &entered};

static void before_hash(size_t most)
{
	if (most == 0) /* a hash, not the memory of several */
		atomic_fetch_add(&hashes, 1);
	if (!here)
		atomic_fetch_add(&unadmitted, 1);
}

static void after_hash(void)
{
}

static void prepare(void)
{
	enter();
	lbr_password_use_memory(before_hash, after_hash);
	closed = false;
}

static void count_from_here(void)
{
	ck_assert_int_eq(inside, 0);
	entered = left = hashes = unadmitted = 0;
}

/* One turn for all hashes of one thread, and no hash outside a turn. */
static void must_have_taken(int least, int most)
{
	ck_assert_int_ge(entered, least);
	ck_assert_int_le(entered, most);
	ck_assert_int_eq(left, entered);
	ck_assert_int_eq(inside, 0);
	ck_assert_int_ge(hashes, 1);
	ck_assert_int_eq(unadmitted, 0);
}

static enum lbr_error attempt(const char *name, unsigned number, bool unreadable, struct lbr_outcome *outcome)
{
	struct lbr_secret password = numbered(number), code = {0};
	struct lbr_attempt typed = {.name = name, .password = &password, .code = &code, .factors = LBR_FACTORS_BOTH,
	                            .unreadable = unreadable, .admission = &admission};
	struct lbr_reason reason = {.text = ""};

	ck_assert_int_eq(lbr_secret_set(&code, "000000", 6), LBR_OK);
	count_from_here();
	return lbr_attempt_run(scratch.store, scratch.keyring, &settings, &typed, outcome, &reason);
}

START_TEST(audit_f07_every_attempt_takes_one_turn_and_hashes_in_it)
{
	struct lbr_outcome outcome;
	int round;

	enroll("known", 0);
	for (round = 0; round < 6; round++) { /* the fifth and sixth are throttled */
		ck_assert_int_eq(attempt("known", 1, false, &outcome), LBR_OK);
		must_have_taken(1, 1);
		ck_assert_int_eq(attempt("nobody", 1, false, &outcome), LBR_OK);
		must_have_taken(1, 1);
		ck_assert_int_eq(attempt("../no name", 1, true, &outcome), LBR_OK);
		must_have_taken(1, 1);
	}
	ck_assert_int_eq(attempt("known", 0, true, &outcome), LBR_OK);
	must_have_taken(1, 1);
}
END_TEST

START_TEST(audit_f07_a_damaged_account_takes_its_turn_too)
{
	struct lbr_outcome outcome;

	enroll("damaged", 0);
	ck_assert_int_eq(truncate(scratch_path("counters", "damaged"), 100), 0);
	ck_assert_int_eq(attempt("damaged", 0, false, &outcome), LBR_ERR_DAMAGED);
	must_have_taken(1, 1);
}
END_TEST

static void read_file(const char *path, char *ret, size_t max, size_t *ret_len)
{
	FILE *file = fopen(path, "re");

	ck_assert_ptr_nonnull(file);
	*ret_len = fread(ret, 1, max, file);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(audit_f07_without_a_turn_nothing_is_judged_or_written)
{
	static char before[16384], after[16384];
	size_t before_len, after_len;
	struct lbr_outcome outcome;

	enroll("late", 0);
	read_file(scratch_path("counters", "late"), before, sizeof(before), &before_len);
	closed = true;
	ck_assert_int_eq(attempt("late", 0, false, &outcome), LBR_ERR_BUSY);
	ck_assert_int_eq(outcome.verdict, LBR_DENY);
	ck_assert(!outcome.known && !outcome.absent && !outcome.password_right);
	ck_assert_int_eq(hashes, 0);
	ck_assert_int_eq(left, 0);
	ck_assert_int_eq(attempt("nobody", 0, false, &outcome), LBR_ERR_BUSY);
	ck_assert(!outcome.absent);
	read_file(scratch_path("counters", "late"), after, sizeof(after), &after_len);
	ck_assert_uint_eq(after_len, before_len);
	ck_assert_mem_eq(after, before, before_len);
}
END_TEST

START_TEST(audit_f07_a_change_hashes_in_turns)
{
	struct lbr_secret chosen = numbered(9), old = numbered(3);
	struct lbr_change change = {.name = "changes", .password = &chosen, .admission = &admission};
	enum lbr_objection objection;
	uint64_t after;
	unsigned at;
	bool done;

	enroll("changes", 0);
	for (at = 1; at <= 3; at++)
		must_commit("changes", at, BORN + at * DAY);
	count_from_here();
	ck_assert_int_eq(lbr_change_judge(scratch.store, "changes", &chosen, &old, &settings, &admission, &objection, NULL, NULL), LBR_OK);
	ck_assert_int_eq(objection, LBR_OBJECTION_NONE);
	must_have_taken(1, 4);
	change.generation = account_of("changes").generation;
	count_from_here();
	ck_assert_int_eq(lbr_change_commit(scratch.store, &settings, &change, &after, NULL), LBR_OK);
	must_have_taken(1, 1);
	settings.hash_cost = 2;
	count_from_here();
	ck_assert_int_eq(lbr_change_rehash(scratch.store, &settings, "changes", after, &chosen, &admission, &done, NULL), LBR_OK);
	ck_assert(done);
	must_have_taken(1, 1);
}
END_TEST

START_TEST(audit_f07_without_a_turn_no_password_changes)
{
	struct lbr_secret chosen = numbered(9), old = numbered(0);
	struct lbr_change change = {.name = "stays", .password = &chosen, .admission = &admission};
	struct lbr_account before;
	enum lbr_objection objection;
	uint64_t after;
	bool done;

	enroll("stays", 0);
	before = account_of("stays");
	change.generation = before.generation;
	closed = true;
	count_from_here();
	ck_assert_int_eq(lbr_change_judge(scratch.store, "stays", &chosen, &old, &settings, &admission, &objection, NULL, NULL),
	                 LBR_ERR_BUSY);
	ck_assert_int_ne(objection, LBR_OBJECTION_NONE);
	ck_assert_int_eq(lbr_change_commit(scratch.store, &settings, &change, &after, NULL), LBR_ERR_BUSY);
	settings.hash_cost = 2;
	ck_assert_int_eq(lbr_change_rehash(scratch.store, &settings, "stays", before.generation, &old, &admission, &done, NULL),
	                 LBR_ERR_BUSY);
	ck_assert(!done);
	ck_assert_int_eq(hashes, 0);
	ck_assert_int_eq(left, 0);
	ck_assert_str_eq(account_of("stays").password_hash, before.password_hash);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("admission");
	TCase *one = tcase_create("admission");

	tcase_add_unchecked_fixture(one, scratch_make, scratch_remove);
	tcase_add_checked_fixture(one, prepare, NULL);
	tcase_add_test(one, audit_f07_every_attempt_takes_one_turn_and_hashes_in_it);
	tcase_add_test(one, audit_f07_a_damaged_account_takes_its_turn_too);
	tcase_add_test(one, audit_f07_without_a_turn_nothing_is_judged_or_written);
	tcase_add_test(one, audit_f07_a_change_hashes_in_turns);
	tcase_add_test(one, audit_f07_without_a_turn_no_password_changes);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
