/* A change of password that is killed, or that the disk refuses, at every step: the old one or the new one is in
 * force, never neither, and the history has lost and learned nothing. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/change_stage.h"

#define CYCLE 14 /* different passwords, so the next one is never among the ten last */
#define KILLS 40

/* In front of the C library's: the call that `fail_at` numbers fails. */
static unsigned calls, fail_at;

static bool must_fail(void)
{
	calls++;
	if (calls == fail_at)
		errno = EIO;
	return calls == fail_at;
}

int fsync(int fd)
{
	return must_fail() ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return must_fail() ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int renameat(int old_dir, const char *old, int new_dir, const char *new)
{
	return must_fail() ? -1 : (int)syscall(SYS_renameat2, old_dir, old, new_dir, new, 0);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
	return must_fail() ? -1 : syscall(SYS_pwrite64, fd, bytes, len, offset);
}

/* Which password is in force; the history must hold it and its predecessors in their order, `count` of them at
 * least. */
static unsigned check_chain(const char *name, unsigned count)
{
	struct lbr_history history = history_of(name, 10);
	struct lbr_secret secret;
	unsigned number, at;

	for (number = 0; number < CYCLE && !is_in_force(name, number); number++)
		;
	ck_assert_msg(number < CYCLE, "no password is in force");
	ck_assert_uint_ge(history.count, count < 10 ? count : 10);
	for (at = 0; at < history.count; at++) {
		secret = numbered(number + 10 * CYCLE - at);
		ck_assert_msg(lbr_password_matches(&secret, history.entries[at].hash, 1), "%u is not in its place", at);
	}
	return number;
}

static void change_once(const char *name, unsigned number, int64_t now_s)
{
	(void)commit(name, account_of(name).generation, number, now_s);
}

/* The hash that a rehash replaces, of cost 1. */
static char cheap[LBR_HASH_MAX];

static void make_cheap(struct lbr_account *account)
{
	memcpy(account->password_hash, cheap, sizeof(cheap));
}

static void rehash_once(const char *name, unsigned number, int64_t now_s)
{
	struct lbr_secret secret = numbered(number);
	bool done;

	(void)now_s;
	settings.hash_cost = 2;
	(void)lbr_change_rehash(scratch.store, &settings, name, account_of(name).generation, &secret, NULL, &done, NULL);
}

typedef void deed(const char *name, unsigned number, int64_t now_s);

/* Lets a child take the step and kills it at its `stop`-th entry into or return from the kernel. False: it had
 * ended before. */
static bool kill_at(deed *step, const char *name, unsigned number, int64_t now_s, unsigned stop)
{
	bool killed = false;
	unsigned stops = 0;
	int status;
	pid_t child;

	child = fork();
	if (child == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(77);
		raise(SIGSTOP);
		step(name, number, now_s);
		_exit(0);
	}
	while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
		killed = stops++ == stop;
		if (killed)
			kill(child, SIGKILL);
		else
			ck_assert_int_eq(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
	}
	ck_assert_msg(!WIFEXITED(status) || WEXITSTATUS(status) != 77, "this system lets nobody trace his own child");
	return WIFSIGNALED(status);
}

START_TEST(a_change_killed_at_every_system_call_leaves_old_or_new)
{
	unsigned number = 0, stop, old = 0, new = 0, after;

	enroll("killed", 0);
	for (stop = 0; kill_at(change_once, "killed", number + 1, BORN + (stop + 1) * DAY, stop); stop++) {
		after = check_chain("killed", new + 1);
		ck_assert_msg(after == number || after == (number + 1) % CYCLE, "stop %u", stop);
		*(after == number ? &old : &new) += 1;
		number = after;
	}
	ck_assert_uint_gt(stop, 40);
	ck_assert_uint_gt(old, 10);
	ck_assert_uint_gt(new, 3);
	ck_assert_uint_eq(check_chain("killed", new + 2), (number + 1) % CYCLE); /* the last one was left alone */
}
END_TEST

START_TEST(a_rehash_killed_at_every_system_call_keeps_the_password)
{
	int64_t set_s;
	unsigned stop;

	enroll("rehash", 0);
	change_once("rehash", 1, BORN + DAY);
	set_s = account_of("rehash").password_set_s;
	memcpy(cheap, account_of("rehash").password_hash, sizeof(cheap));
	for (stop = 0; kill_at(rehash_once, "rehash", 1, 0, stop); stop++) {
		ck_assert_uint_eq(check_chain("rehash", 2), 1);
		ck_assert_uint_eq(history_of("rehash", 10).count, 2);
		ck_assert_int_eq(account_of("rehash").password_set_s, set_s);
		change_account("rehash", make_cheap); /* for the next one to do it all again */
	}
	ck_assert_uint_gt(stop, 40);
}
END_TEST

START_TEST(changes_killed_at_random_moments_leave_an_unbroken_chain)
{
	unsigned number = 0, round;
	int status;
	pid_t child;

	enroll("random", 0);
	for (round = 0; round < KILLS; round++) {
		child = fork();
		if (child == 0)
			for (;; number++)
				change_once("random", (number + 1) % CYCLE, BORN + (round * 1000 + number + 1) * DAY);
		usleep(500 + (useconds_t)(round * 7919 % 31) * 1000);
		kill(child, SIGKILL);
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		number = check_chain("random", 1);
	}
}
END_TEST

START_TEST(a_change_that_the_disk_refuses_at_any_step_leaves_old_or_new)
{
	unsigned number = 0, made = 0, failing, after;
	enum lbr_error error = LBR_ERR_SYSTEM;

	enroll("disk", 0);
	for (failing = 1; failing == 1 || calls >= failing - 1; failing++) {
		calls = 0;
		fail_at = failing;
		error = commit("disk", account_of("disk").generation, number + 1, BORN + failing * DAY);
		fail_at = 0;
		after = check_chain("disk", made + 1);
		if (error == LBR_OK)
			ck_assert_uint_eq(after, (number + 1) % CYCLE);
		made += after != number;
		number = after;
	}
	ck_assert_uint_gt(failing, 7);
	ck_assert_int_eq(error, LBR_OK);
}
END_TEST

/* The history's file is written last, after the two calls for the counters and the four for the account. Where that failed, the next
 * change must first write what was missed: four calls more. */
START_TEST(histories_that_could_not_be_written_are_made_good)
{
	unsigned number;

	enroll("twice", 0);
	for (number = 1; number < 6; number++) {
		calls = 0;
		fail_at = 11; /* the first change has something to make good too: enrolling writes no history */
		ck_assert_int_eq(commit("twice", account_of("twice").generation, number, BORN + number * DAY), LBR_OK);
		ck_assert_uint_ge(calls, fail_at);
		fail_at = 0;
		ck_assert_uint_eq(check_chain("twice", number + 1), number);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("change_crash");
	TCase *tests = tcase_create("all");

	tcase_add_unchecked_fixture(tests, scratch_make, scratch_remove);
	tcase_add_checked_fixture(tests, enter, NULL);
	tcase_add_test(tests, a_change_killed_at_every_system_call_leaves_old_or_new);
	tcase_add_test(tests, a_rehash_killed_at_every_system_call_keeps_the_password);
	tcase_add_test(tests, changes_killed_at_random_moments_leave_an_unbroken_chain);
	tcase_add_test(tests, a_change_that_the_disk_refuses_at_any_step_leaves_old_or_new);
	tcase_add_test(tests, histories_that_could_not_be_written_are_made_good);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
