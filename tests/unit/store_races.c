/* The store while others are at it, and while processes die. */
#include <liberations/store.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/check_main.h"
#include "support/scratch_store.h"

#define PROCESSES 16
#define ROUNDS 12
#define KILLS 200

/* What children tell their parent. */
struct board {
	volatile int64_t step;       /* the last commit that returned */
	volatile int64_t generation; /* likewise */
	volatile int     successes[PROCESSES];
};

static struct board *board;

static void enter(void)
{
	scratch_enter();
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(board, MAP_FAILED);
}

/* Each child opens the store for itself, as an agent does. */
static void reopen(void)
{
	lbr_store_close(scratch.store);
	if (lbr_store_open(scratch.state, scratch.keyring, scratch_now_s, &scratch.store, NULL) != LBR_OK)
		_exit(9);
}

static void nap_us(long us)
{
	struct timespec pause = { .tv_nsec = us * 1000 };

	nanosleep(&pause, NULL);
}

static void run_children(int count, int (*work)(int))
{
	pid_t children[PROCESSES];
	int i, status;

	for (i = 0; i < count; i++) {
		children[i] = fork();
		ck_assert_int_ge(children[i], 0);
		if (children[i] == 0) {
			reopen();
			_exit(work(i));
		}
	}
	for (i = 0; i < count; i++) {
		ck_assert_int_eq(waitpid(children[i], &status, 0), children[i]);
		ck_assert_msg(status == 0, "child %d: status %x", i, (unsigned)status);
	}
}

/* --- exact counting
 * -------------------------------------------------------------------------------------------------- */

static void count(struct lbr_view *view, const void *context)
{
	(void)context;
	view->counters.lanes[LBR_LANE_STRANGER].password_failures++;
	view->counters.last_step++;
}

static int count_up(int number)
{
	struct lbr_view view;
	int round;

	(void)number;
	for (round = 0; round < ROUNDS; round++) {
		if (lbr_store_load(scratch.store, "many", &view, NULL) != LBR_OK)
			return 1;
		nap_us(200); /* the hash */
		if (scratch_commit(&view, LBR_PART_COUNTERS, count, NULL) != LBR_OK)
			return 2;
		lbr_view_release(&view);
	}
	return 0;
}

START_TEST(sixteen_processes_count_exactly)
{
	struct lbr_view view;

	enter();
	scratch_enroll("many");
	run_children(PROCESSES, count_up);
	view = scratch_view("many");
	ck_assert_int_eq(view.counters.last_step, PROCESSES * ROUNDS);
	ck_assert_uint_eq(view.counters.lanes[LBR_LANE_STRANGER].password_failures, PROCESSES * ROUNDS);
	lbr_view_release(&view);
}
END_TEST

/* One code typed at once everywhere: the commit sees what it replaces, so it lets one through. */
static enum lbr_error accept_step(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	bool *accepted = context;

	(void)reason;
	*accepted = view->counters.last_step < 1000;
	view->counters.last_step = 1000;
	*ret_parts = LBR_PART_COUNTERS;
	return LBR_OK;
}

static int accept_once(int number)
{
	struct lbr_view view;
	bool accepted = false;

	if (lbr_store_load(scratch.store, "once", &view, NULL) != LBR_OK)
		return 1;
	nap_us(500);
	if (lbr_store_commit(&view, accept_step, &accepted, NULL) != LBR_OK)
		return 2;
	board->successes[number] = accepted;
	lbr_view_release(&view);
	return 0;
}

static int successes(void)
{
	int i, sum = 0;

	for (i = 0; i < PROCESSES; i++)
		sum += board->successes[i];
	return sum;
}

START_TEST(sec_1_26_one_step_is_accepted_once)
{
	enter();
	scratch_enroll("once");
	run_children(PROCESSES, accept_once);
	ck_assert_int_eq(successes(), 1);
}
END_TEST

/* --- enrollments
 * -------------------------------------------------------------------------------------------------------- */

static int enroll(int number)
{
	/* Half of them the same name, half a name that looks alike. */
	struct lbr_account account = scratch_account(number % 2 ? "twin" : "TWIN");
	enum lbr_error error = lbr_store_create(scratch.store, &(struct lbr_record){ .account = &account }, NULL);

	board->successes[number] = error == LBR_OK;
	return error == LBR_OK || error == LBR_ERR_EXISTS ? 0 : (int)error;
}

START_TEST(sec_1_10_one_of_many_enrollments_wins)
{
	struct lbr_view view;
	enum lbr_error one, other;

	enter();
	run_children(PROCESSES, enroll);
	ck_assert_int_eq(successes(), 1);
	one = lbr_store_load(scratch.store, "twin", &view, NULL);
	other = lbr_store_load(scratch.store, "TWIN", &view, NULL);
	ck_assert((one == LBR_OK && other == LBR_ERR_ABSENT) || (one == LBR_ERR_ABSENT && other == LBR_OK));
}
END_TEST

/* One enrolls and removes, the others sign in: they see the account, none, or that it changed; never damage. */
static int come_and_go(int number)
{
	struct lbr_account account;
	struct lbr_view view;
	enum lbr_error error;
	int round;

	for (round = 0; round < (number == 0 ? 40 : 120); round++) {
		if (number == 0) {
			account = scratch_account("fleeting"); /* sealed anew, as each enrollment is */
			if (lbr_store_create(scratch.store, &(struct lbr_record){ .account = &account }, NULL) != LBR_OK)
				return 1;
			nap_us(500);
			if (lbr_store_remove(scratch.store, "fleeting", NULL) != LBR_OK)
				return 2;
			continue;
		}
		error = lbr_store_load(scratch.store, "fleeting", &view, NULL);
		if (error == LBR_ERR_ABSENT)
			continue;
		if (error != LBR_OK)
			return 10 + (int)error;
		nap_us(100);
		error = scratch_commit(&view, LBR_PART_COUNTERS, count, NULL);
		lbr_view_release(&view);
		if (error != LBR_OK && error != LBR_ERR_STALE)
			return 40 + (int)error;
	}
	return 0;
}

START_TEST(sign_ins_during_enrollment_and_removal)
{
	enter();
	run_children(4, come_and_go);
}
END_TEST

/* --- kills
 * ---------------------------------------------------------------------------------------------------------------- */

static void count_forever(void)
{
	struct lbr_view view;

	for (;;) {
		if (lbr_store_load(scratch.store, "killed", &view, NULL) != LBR_OK)
			_exit(1);
		if (scratch_commit(&view, LBR_PART_COUNTERS, count, NULL) != LBR_OK)
			_exit(2);
		board->step = view.counters.last_step;
		lbr_view_release(&view);
	}
}

static void next_password(struct lbr_view *view, const void *context)
{
	struct lbr_account *account = &view->account;

	(void)context;
	account->password_kind = LBR_PASSWORD_OWN;
	account->invited_until_s = 0;
	account->password_set_s++;
	snprintf(account->password_hash, sizeof(account->password_hash), "$y$j75$salt$%ld", (long)account->password_set_s);
	lbr_history_heal(&view->history, account, 10);
}

static void change_forever(void)
{
	struct lbr_view view;

	for (;;) {
		if (lbr_store_load(scratch.store, "changed", &view, NULL) != LBR_OK || lbr_view_load_history(&view, 10, NULL) != LBR_OK)
			_exit(1);
		if (scratch_commit(&view, LBR_PART_ACCOUNT | LBR_PART_HISTORY, next_password, NULL) != LBR_OK)
			_exit(2);
		board->generation = (int64_t)view.account.generation;
		lbr_view_release(&view);
	}
}

/* Starts `work`, lets it run for a moment of chance, and every now and then until it committed something; kills it. */
static void run_and_kill(void (*work)(void), unsigned round)
{
	int64_t before = board->step + board->generation;
	pid_t child = fork();
	int status, waited;

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		reopen();
		work();
	}
	for (waited = 0; round % 16 == 0 && waited < 10000 && board->step + board->generation == before; waited++)
		nap_us(1000);
	nap_us(500 + (long)(round * 7919u % 3000u));
	ck_assert_int_eq(kill(child, SIGKILL), 0);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFSIGNALED(status), "status %x", (unsigned)status);
}

START_TEST(sec_1_36_killed_at_any_moment_the_counters_read_back)
{
	struct lbr_view view;
	unsigned round;

	enter();
	scratch_enroll("killed");
	for (round = 0; round < KILLS; round++) {
		run_and_kill(count_forever, round);
		view = scratch_view("killed");
		/* What was committed is there; at most the one under way may be there too. */
		ck_assert_int_ge(view.counters.last_step, board->step);
		ck_assert_int_le(view.counters.last_step, board->step + 1);
		board->step = view.counters.last_step;
		lbr_view_release(&view);
	}
	ck_assert_int_gt(board->step, 0);
}
END_TEST

START_TEST(sec_1_36_killed_at_any_moment_account_and_history_read_back)
{
	struct lbr_view view;
	unsigned round, i;

	enter();
	scratch_enroll("changed");
	board->generation = 1;
	for (round = 0; round < KILLS / 4; round++) {
		run_and_kill(change_forever, 3 * round);
		view = scratch_view("changed");
		ck_assert_int_ge((int64_t)view.account.generation, board->generation);
		ck_assert_int_le((int64_t)view.account.generation, board->generation + 1);
		board->generation = (int64_t)view.account.generation;
		ck_assert_int_eq(lbr_view_load_history(&view, 10, NULL), LBR_OK);
		/* Healed: the password in force is in front, the others follow in order; two kills in a row cost one entry. */
		if (view.account.password_kind == LBR_PASSWORD_OWN)
			ck_assert_int_eq(view.history.entries[0].set_s, view.account.password_set_s);
		for (i = 1; i < view.history.count; i++)
			ck_assert_int_lt(view.history.entries[i].set_s, view.history.entries[i - 1].set_s);
		lbr_view_release(&view);
	}
	ck_assert_int_gt(board->generation, 1);
}
END_TEST

/* --- swaps
 * ------------------------------------------------------------------------------------------------------------------ */

static void swap_forever(const char *one, const char *other)
{
	for (;;)
		syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, 2 /* RENAME_EXCHANGE */);
}

/* Somebody swaps the shard's directory and a symbolic link to a directory of his own, over and over, while we write. */
START_TEST(sec_1_06_swapped_directories_catch_no_write)
{
	char path[700], outside[200], lure[200];
	unsigned written = 0, refused = 0, round;
	struct lbr_view view;
	pid_t child;

	enter();
	scratch_enroll("swapped");
	snprintf(path, sizeof(path), "%s", scratch_path("accounts", "swapped"));
	*strrchr(path, '/') = '\0';
	snprintf(outside, sizeof(outside), "%s/outside", scratch.dir);
	snprintf(lure, sizeof(lure), "%s/lure", scratch.dir);
	ck_assert_int_eq(mkdir(outside, 0700), 0);
	ck_assert_int_eq(symlink(outside, lure), 0);
	child = fork();
	if (child == 0)
		swap_forever(path, lure);
	/* On a busy machine all of them may fall between two swaps: then until one has met each side. */
	for (round = 0; round < 2000 || ((refused == 0 || written == 0) && round < 10000000); round++) {
		if (lbr_store_load(scratch.store, "swapped", &view, NULL) != LBR_OK) {
			refused++;
			continue;
		}
		if (scratch_commit(&view, LBR_PART_ACCOUNT, NULL, NULL) == LBR_OK)
			written++;
		lbr_view_release(&view);
	}
	ck_assert_int_eq(kill(child, SIGKILL), 0);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	ck_assert_msg(rmdir(outside) == 0, "something was written outside: %s", strerror(errno));
	ck_assert_uint_gt(refused, 0);
	ck_assert_uint_gt(written, 0);
	remove(lure);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("store_races");
	TCase *tcase = tcase_create("store_races");

	suite_add_tcase(suite, tcase);
	tcase_add_unchecked_fixture(tcase, scratch_make, scratch_remove);
	tcase_add_test(tcase, sixteen_processes_count_exactly);
	tcase_add_test(tcase, sec_1_26_one_step_is_accepted_once);
	tcase_add_test(tcase, sec_1_10_one_of_many_enrollments_wins);
	tcase_add_test(tcase, sign_ins_during_enrollment_and_removal);
	tcase_add_test(tcase, sec_1_36_killed_at_any_moment_the_counters_read_back);
	tcase_add_test(tcase, sec_1_36_killed_at_any_moment_account_and_history_read_back);
	tcase_add_test(tcase, sec_1_06_swapped_directories_catch_no_write);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
