/* The store while others are at it, and while processes die. */
#include <liberations/store.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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
	if (lbr_store_open(scratch.state, scratch.keyring, &scratch.store, NULL) != LBR_OK)
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

static struct lbr_locked_account open_hold(const char *name)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_locked_account locked;
	enum lbr_error error = lbr_account_lock(scratch.store, name, &locked, &reason);

	ck_assert_msg(error == LBR_OK, "%s", reason.text);
	return locked;
}

/* --- exact counting
 * -------------------------------------------------------------------------------------------------- */

static int count_up(int number)
{
	struct lbr_locked_account locked;
	int round;

	(void)number;
	for (round = 0; round < ROUNDS; round++) {
		if (lbr_account_lock(scratch.store, "many", &locked, NULL) != LBR_OK)
			return 1;
		locked.counters.lanes[LBR_LANE_STRANGER].password_failures++;
		if (lbr_account_commit_counters(&locked, NULL) != LBR_OK)
			return 2;
		lbr_account_unlock(&locked);
		nap_us(200); /* the hash */
		if (lbr_account_relock(&locked, NULL) != LBR_OK)
			return 3;
		locked.counters.last_step++;
		if (lbr_account_commit_counters(&locked, NULL) != LBR_OK)
			return 4;
		lbr_account_release(&locked);
	}
	return 0;
}

START_TEST(sixteen_processes_count_exactly)
{
	struct lbr_locked_account locked;

	enter();
	scratch_enroll("many");
	run_children(PROCESSES, count_up);
	locked = open_hold("many");
	ck_assert_int_eq(locked.counters.last_step, PROCESSES * ROUNDS);
	ck_assert_uint_eq(locked.counters.lanes[LBR_LANE_STRANGER].password_failures, PROCESSES * ROUNDS);
	lbr_account_release(&locked);
}
END_TEST

/* One code typed at once everywhere: compare-and-swap under the lock lets one through. */
static int accept_once(int number)
{
	struct lbr_locked_account locked;

	if (lbr_account_lock(scratch.store, "once", &locked, NULL) != LBR_OK)
		return 1;
	lbr_account_unlock(&locked);
	nap_us(500);
	if (lbr_account_relock(&locked, NULL) != LBR_OK)
		return 2;
	if (locked.counters.last_step < 1000) {
		locked.counters.last_step = 1000;
		if (lbr_account_commit_counters(&locked, NULL) != LBR_OK)
			return 3;
		board->successes[number] = 1;
	}
	lbr_account_release(&locked);
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

/* --- permits
 * ------------------------------------------------------------------------------------------------------------ */

static int sit(int number)
{
	struct lbr_locked_account locked;
	int round, seated;

	(void)number;
	for (round = 0; round < 5; round++) {
		if (lbr_account_lock(scratch.store, "permits", &locked, NULL) != LBR_OK ||
		    lbr_account_take_permit(&locked, LBR_LANE_STRANGER, NULL) != LBR_OK)
			return 1;
		locked.counters.lanes[LBR_LANE_STRANGER].password_failures++; /* under the lock: those who sit */
		if (lbr_account_commit_counters(&locked, NULL) != LBR_OK)
			return 2;
		seated = (int)locked.counters.lanes[LBR_LANE_STRANGER].password_failures;
		lbr_account_unlock(&locked);
		if (seated > LBR_PERMITS)
			return 3;
		nap_us(1000);
		if (lbr_account_relock(&locked, NULL) != LBR_OK)
			return 4;
		locked.counters.lanes[LBR_LANE_STRANGER].password_failures--;
		if (lbr_account_commit_counters(&locked, NULL) != LBR_OK)
			return 5;
		lbr_account_release(&locked);
	}
	return 0;
}

START_TEST(never_more_than_three_are_seated)
{
	enter();
	scratch_enroll("permits");
	run_children(PROCESSES, sit);
}
END_TEST

static int sit_and_die(int number)
{
	static struct lbr_locked_account locked; /* still there when the process ends */

	(void)number;
	if (lbr_account_lock(scratch.store, "deadseats", &locked, NULL) != LBR_OK ||
	    lbr_account_take_permit(&locked, LBR_LANE_STRANGER, NULL) != LBR_OK)
		return 1;
	return 0; /* without closing: the kernel does */
}

START_TEST(the_dead_give_their_seats_back)
{
	struct lbr_locked_account locked;

	enter();
	scratch_enroll("deadseats");
	run_children(8, sit_and_die);
	locked = open_hold("deadseats");
	ck_assert_int_eq(lbr_account_take_permit(&locked, LBR_LANE_STRANGER, NULL), LBR_OK);
	lbr_account_release(&locked);
}
END_TEST

/* --- enrollments
 * -------------------------------------------------------------------------------------------------------- */

static int enroll(int number)
{
	/* Half of them the same name, half a name that looks alike. */
	struct lbr_account account = scratch_account(number % 2 ? "twin" : "TWIN");
	enum lbr_error error = lbr_store_create(scratch.store, &account, NULL);

	board->successes[number] = error == LBR_OK;
	return error == LBR_OK || error == LBR_ERR_EXISTS ? 0 : (int)error;
}

START_TEST(sec_1_10_one_of_many_enrollments_wins)
{
	struct lbr_locked_account locked;
	enum lbr_error one, other;

	enter();
	run_children(PROCESSES, enroll);
	ck_assert_int_eq(successes(), 1);
	one = lbr_account_lock(scratch.store, "twin", &locked, NULL);
	if (one == LBR_OK)
		lbr_account_release(&locked);
	other = lbr_account_lock(scratch.store, "TWIN", &locked, NULL);
	if (other == LBR_OK)
		lbr_account_release(&locked);
	ck_assert((one == LBR_OK && other == LBR_ERR_ABSENT) || (one == LBR_ERR_ABSENT && other == LBR_OK));
}
END_TEST

/* One enrolls and removes, the others sign in: they see the account, none, or that it changed; never damage. */
static int come_and_go(int number)
{
	struct lbr_account account = scratch_account("fleeting");
	struct lbr_locked_account locked;
	enum lbr_error error;
	int round;

	for (round = 0; round < (number == 0 ? 40 : 120); round++) {
		if (number == 0) {
			if (lbr_store_create(scratch.store, &account, NULL) != LBR_OK)
				return 1;
			nap_us(500);
			if (lbr_store_remove(scratch.store, "fleeting", NULL) != LBR_OK)
				return 2;
			continue;
		}
		error = lbr_account_lock(scratch.store, "fleeting", &locked, NULL);
		if (error == LBR_ERR_ABSENT)
			continue;
		if (error != LBR_OK)
			return 10 + (int)error;
		lbr_account_unlock(&locked);
		nap_us(100);
		error = lbr_account_relock(&locked, NULL);
		if (error == LBR_OK)
			error = lbr_account_commit_counters(&locked, NULL);
		lbr_account_release(&locked);
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
	struct lbr_locked_account locked;

	for (;;) {
		if (lbr_account_lock(scratch.store, "killed", &locked, NULL) != LBR_OK || lbr_account_commit_counters(&locked, NULL) != LBR_OK)
			_exit(1);
		lbr_account_unlock(&locked);
		if (lbr_account_relock(&locked, NULL) != LBR_OK)
			_exit(2);
		locked.counters.last_step++;
		if (lbr_account_commit_counters(&locked, NULL) != LBR_OK)
			_exit(3);
		board->step = locked.counters.last_step;
		lbr_account_release(&locked);
	}
}

static void change_forever(void)
{
	struct lbr_history history = {0};
	struct lbr_locked_account locked;

	for (;;) {
		if (lbr_account_lock(scratch.store, "changed", &locked, NULL) != LBR_OK ||
		    lbr_account_load_history(&locked, 10, &history, NULL) != LBR_OK)
			_exit(1);
		locked.account.password_kind = LBR_PASSWORD_OWN;
		locked.account.invited_until_s = 0;
		locked.account.password_set_s++;
		snprintf(locked.account.password_hash, sizeof(locked.account.password_hash), "$y$j75$salt$%ld",
		         (long)locked.account.password_set_s);
		if (lbr_account_commit(&locked, NULL) != LBR_OK)
			_exit(2);
		board->generation = (int64_t)locked.account.generation;
		lbr_history_heal(&history, &locked.account, 10);
		if (lbr_account_commit_history(&locked, &history, NULL) != LBR_OK)
			_exit(3);
		lbr_account_release(&locked);
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
	struct lbr_locked_account locked;
	unsigned round;

	enter();
	scratch_enroll("killed");
	for (round = 0; round < KILLS; round++) {
		run_and_kill(count_forever, round);
		locked = open_hold("killed");
		/* What was committed is there; at most the one under way may be there too. */
		ck_assert_int_ge(locked.counters.last_step, board->step);
		ck_assert_int_le(locked.counters.last_step, board->step + 1);
		board->step = locked.counters.last_step;
		lbr_account_release(&locked);
	}
	ck_assert_int_gt(board->step, 0);
}
END_TEST

START_TEST(sec_1_36_killed_at_any_moment_account_and_history_read_back)
{
	struct lbr_history history;
	struct lbr_locked_account locked;
	unsigned round, i;

	enter();
	scratch_enroll("changed");
	board->generation = 1;
	for (round = 0; round < KILLS / 4; round++) {
		run_and_kill(change_forever, 3 * round);
		locked = open_hold("changed");
		ck_assert_int_ge((int64_t)locked.account.generation, board->generation);
		ck_assert_int_le((int64_t)locked.account.generation, board->generation + 1);
		board->generation = (int64_t)locked.account.generation;
		ck_assert_int_eq(lbr_account_load_history(&locked, 10, &history, NULL), LBR_OK);
		/* Healed: the password in force is in front, the others follow in order; two kills in a row cost one entry. */
		if (locked.account.password_kind == LBR_PASSWORD_OWN)
			ck_assert_int_eq(history.entries[0].set_s, locked.account.password_set_s);
		for (i = 1; i < history.count; i++)
			ck_assert_int_lt(history.entries[i].set_s, history.entries[i - 1].set_s);
		lbr_account_release(&locked);
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
	struct lbr_locked_account locked;
	unsigned written = 0, refused = 0, round;
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
	for (round = 0; round < 2000; round++) {
		if (lbr_account_lock(scratch.store, "swapped", &locked, NULL) != LBR_OK) {
			refused++;
			continue;
		}
		if (lbr_account_commit(&locked, NULL) == LBR_OK)
			written++;
		lbr_account_release(&locked);
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
	tcase_set_timeout(tcase, 60);
	tcase_add_unchecked_fixture(tcase, scratch_make, scratch_remove);
	tcase_add_test(tcase, sixteen_processes_count_exactly);
	tcase_add_test(tcase, sec_1_26_one_step_is_accepted_once);
	tcase_add_test(tcase, never_more_than_three_are_seated);
	tcase_add_test(tcase, the_dead_give_their_seats_back);
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
