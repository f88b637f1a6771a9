/* The mutexes of the file store: what becomes of one whose holder dies, stops or is slow, and who can see it. */
#include <liberations/store.h>

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/check_main.h"
#include "support/scratch_store.h"

#include "../../lib/store/file/file_mutex_table.h"

#define BOOT_ID_AT 8 /* in the file, after its magic */

/* In front of the C library's. */
static unsigned syncs, writes;
static bool without_disk, dies_in_sync;
static long sync_ms; /* how long the next one takes */

static void nap_ms(long ms)
{
	struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&pause, NULL);
}

int fsync(int fd)
{
	if (dies_in_sync)
		raise(SIGKILL);
	nap_ms(sync_ms);
	sync_ms = 0;
	syncs++;
	return without_disk ? 0 : (int)syscall(SYS_fsync, fd);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
	writes++;
	return syscall(SYS_pwrite64, fd, bytes, len, offset);
}

static long now_ms(void)
{
	struct timespec now;

	ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &now), 0);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void count(struct lbr_view *view, const void *context)
{
	(void)context;
	view->counters.last_step++;
}

/* What the child does while it holds the mutex, once it has told its parent. */
struct deed {
	volatile int *holds;
	int           signal; /* to itself; 0: none */
	long          nap_ms;
};

static void hold(struct lbr_view *view, const void *context)
{
	const struct deed *deed = context;

	view->counters.last_step += 100;
	*deed->holds = 1;
	if (deed->signal != 0)
		raise(deed->signal);
	nap_ms(deed->nap_ms);
}

/* Returns once the child holds the mutex of `name`. */
static pid_t start_holder(const char *name, int signal, long hold_ms)
{
	volatile int *holds = mmap(NULL, sizeof(*holds), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const struct deed deed = { holds, signal, hold_ms };
	pid_t child = fork();

	ck_assert_ptr_ne((void *)holds, MAP_FAILED);
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		scratch_enter();
		scratch_change_of(name, LBR_PART_COUNTERS, hold, &deed);
		_exit(0);
	}
	while (*holds == 0)
		nap_ms(1);
	return child;
}

static int end_of(pid_t child)
{
	int status = -1;

	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return status;
}

static int64_t step_of(const char *name)
{
	struct lbr_view view = scratch_view(name);
	int64_t step = view.counters.last_step;

	lbr_view_release(&view);
	return step;
}

START_TEST(the_dead_give_it_back_and_what_they_wrote_is_synced)
{
	pid_t child;

	scratch_enter();
	scratch_enroll("dead");
	child = start_holder("dead", SIGKILL, 0);
	ck_assert(WIFSIGNALED(end_of(child)));
	syncs = writes = 0;
	scratch_change_of("dead", LBR_PART_COUNTERS, count, NULL);
	ck_assert_uint_eq(syncs, 5); /* account and counters, and their directories and that of the history */
	ck_assert_uint_eq(writes, 3); /* both copies again, then one's own */
	ck_assert_int_eq(step_of("dead"), 1);
	scratch_change_of("dead", LBR_PART_COUNTERS, count, NULL);
	ck_assert_uint_eq(syncs, 5); /* once a death */
}
END_TEST

/* Making durable what a dead holder wrote may take as long as any write. */
START_TEST(a_slow_disk_ends_nobody_who_settles)
{
	pid_t settling;

	scratch_enter();
	scratch_enroll("settled");
	(void)end_of(start_holder("settled", SIGKILL, 0));
	settling = fork();
	if (settling == 0) {
		scratch_enter();
		sync_ms = 3000;
		scratch_change_of("settled", LBR_PART_COUNTERS, count, NULL);
		_exit(0);
	}
	nap_ms(500);
	scratch_change_of("settled", LBR_PART_COUNTERS, count, NULL);
	ck_assert_int_eq(end_of(settling), 0);
	ck_assert_int_eq(step_of("settled"), 2);
}
END_TEST

static enum lbr_error enroll_another(const char *name)
{
	struct lbr_account account = scratch_account(name);

	return lbr_store_create(scratch.store, &(struct lbr_record){ .account = &account }, NULL);
}

/* Short of descriptors for a moment, nobody may take what a dead holder wrote for settled. */
START_TEST(what_could_not_be_opened_is_settled_later)
{
	struct rlimit usual, none;
	pid_t child;

	scratch_enter();
	child = fork();
	if (child == 0) {
		scratch_enter();
		dies_in_sync = true;
		(void)enroll_another("unopened");
		_exit(0);
	}
	ck_assert(WIFSIGNALED(end_of(child)));
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &usual), 0);
	none = (struct rlimit){ 0, usual.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	ck_assert_int_eq(enroll_another("unopened"), LBR_ERR_SYSTEM);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &usual), 0);
	syncs = 0;
	ck_assert_int_eq(enroll_another("unopened"), LBR_OK);
	ck_assert_uint_eq(syncs, 3 + 4); /* the shard's three directories; then two files and their directories */
}
END_TEST

/* AUDIT F1: a stopped agent kept an account locked for everybody, root included. */
START_TEST(audit_f01_a_holder_that_stopped_is_ended_by_the_next)
{
	pid_t child;
	int status;

	scratch_enter();
	scratch_enroll("stopped");
	child = start_holder("stopped", SIGSTOP, 0);
	scratch_change_of("stopped", LBR_PART_COUNTERS, count, NULL);
	ck_assert_int_eq(step_of("stopped"), 1);
	status = end_of(child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	child = start_holder("stopped", SIGSTOP, 0);
	ck_assert_int_eq(lbr_store_rebuild_counters(scratch.store, "stopped", &(struct lbr_counters){ .last_step = 7 }, NULL), LBR_OK);
	(void)end_of(child);
	child = start_holder("stopped", SIGSTOP, 0);
	ck_assert_int_eq(lbr_store_remove(scratch.store, "stopped", NULL), LBR_OK);
	(void)end_of(child);
}
END_TEST

START_TEST(many_may_wait_for_one_that_stopped)
{
	pid_t child, others[8];
	int i;

	scratch_enter();
	scratch_enroll("awaited");
	child = start_holder("awaited", SIGSTOP, 0);
	for (i = 0; i < 8; i++) {
		others[i] = fork();
		if (others[i] == 0) {
			scratch_enter();
			scratch_change_of("awaited", LBR_PART_COUNTERS, count, NULL);
			_exit(0);
		}
	}
	for (i = 0; i < 8; i++)
		ck_assert_int_eq(end_of(others[i]), 0);
	ck_assert(WIFSIGNALED(end_of(child)));
	ck_assert_int_eq(step_of("awaited"), 8);
}
END_TEST

/* In the child: stops in the sync of its commit. */
static bool stops_in_sync;

int fdatasync(int fd)
{
	if (stops_in_sync)
		raise(SIGSTOP);
	return (int)syscall(SYS_fdatasync, fd);
}

static void stop_in_sync(struct lbr_view *view, const void *context)
{
	hold(view, context);
	stops_in_sync = true;
}

static pid_t start_writer(const char *name)
{
	volatile int *holds = mmap(NULL, sizeof(*holds), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const struct deed deed = { holds, 0, 0 };
	pid_t child = fork();
	int status;

	ck_assert_ptr_ne((void *)holds, MAP_FAILED);
	if (child == 0) {
		scratch_enter();
		scratch_change_of(name, LBR_PART_COUNTERS, stop_in_sync, &deed);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, WUNTRACED), child);
	ck_assert(WIFSTOPPED(status));
	return child;
}

/* It may be the disk, so a sign-in does not kill it at once; the command has the time to find out. */
START_TEST(audit_f01_a_holder_that_stopped_in_a_sync_is_ended_too)
{
	struct lbr_deadline deadline;
	struct lbr_view view;
	pid_t child;

	scratch_enter();
	scratch_enroll("syncing");
	child = start_writer("syncing");
	deadline = (struct lbr_deadline){ .until_ms = now_ms() + 200 };
	lbr_store_set_deadline(scratch.store, &deadline);
	view = scratch_view("syncing");
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_ERR_BUSY);
	lbr_view_release(&view);
	lbr_store_set_deadline(scratch.store, NULL);
	scratch_change_of("syncing", LBR_PART_COUNTERS, count, NULL);
	ck_assert(WIFSIGNALED(end_of(child)));
	ck_assert_int_eq(step_of("syncing"), 101); /* what it wrote was whole, and is durable now */
}
END_TEST

/* `remove` holds the shard's mutex while it waits for the account's. A name that looks like the account's is in the same shard. */
START_TEST(audit_f01_a_command_that_waits_for_a_stopped_holder_is_not_late)
{
	pid_t stopped, command;
	enum lbr_error error;

	scratch_enter();
	scratch_enroll("side");
	stopped = start_writer("side");
	command = fork();
	if (command == 0) {
		scratch_enter();
		_exit(lbr_store_remove(scratch.store, "side", NULL) == LBR_OK ? 0 : 1);
	}
	nap_ms(500);
	error = enroll_another("Side");
	ck_assert(error == LBR_OK || error == LBR_ERR_EXISTS);
	ck_assert_int_eq(end_of(command), 0);
	ck_assert(WIFSIGNALED(end_of(stopped)));
}
END_TEST

/* Slower than any disk should be, but not late. */
START_TEST(a_slow_holder_is_waited_for)
{
	pid_t child;

	scratch_enter();
	scratch_enroll("slow");
	child = start_holder("slow", 0, 50);
	scratch_change_of("slow", LBR_PART_COUNTERS, count, NULL);
	ck_assert_int_eq(end_of(child), 0);
	ck_assert_int_eq(step_of("slow"), 101);
}
END_TEST

START_TEST(a_wait_ends_at_the_deadline_and_names_the_holder)
{
	struct lbr_deadline deadline = { .until_ms = now_ms() + 50 };
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	char number[32];
	pid_t child;

	scratch_enter();
	scratch_enroll("named");
	view = scratch_view("named");
	child = start_holder("named", SIGSTOP, 0);
	lbr_store_set_deadline(scratch.store, &deadline);
	ck_assert_int_eq(lbr_store_remove(scratch.store, "named", &reason), LBR_ERR_BUSY);
	snprintf(number, sizeof(number), "process %ld:", (long)child);
	ck_assert_msg(strstr(reason.text, number) != NULL, "%s", reason.text);
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_ERR_BUSY);
	ck_assert_int_eq(step_of("named"), 0); /* reading waits for nobody */
	ck_assert_int_eq(kill(child, SIGKILL), 0);
	(void)end_of(child);
	lbr_view_release(&view);
}
END_TEST

/* --- the file --- */

static void overwrite_mark(const char *text)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/locks", scratch.state);
	fd = open(path, O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pwrite(fd, text, strlen(text), BOOT_ID_AT), (ssize_t)strlen(text));
	close(fd);
}

/* All mutexes as an earlier boot left them: held by processes that no longer exist. */
START_TEST(after_a_boot_the_mutexes_are_made_anew)
{
	struct stat before, after;
	char path[300];

	scratch_enter();
	scratch_enroll("booted");
	(void)end_of(start_holder("booted", SIGKILL, 0));
	lbr_store_close(scratch.store);
	snprintf(path, sizeof(path), "%s/locks", scratch.state);
	ck_assert_int_eq(stat(path, &before), 0);
	overwrite_mark("00000000-1111-2222-3333-444444444444");
	scratch_enter();
	syncs = 0;
	scratch_change_of("booted", LBR_PART_COUNTERS, count, NULL);
	ck_assert_uint_eq(syncs, 0); /* what was not synced before the boot is gone */
	ck_assert_int_eq(stat(path, &after), 0);
	ck_assert(before.st_ino == after.st_ino && before.st_size == after.st_size && before.st_blocks == after.st_blocks);
	ck_assert_int_eq(truncate(path, 10), 0); /* and a file that is none */
	scratch_enter();
	scratch_change_of("booted", LBR_PART_COUNTERS, count, NULL);
}
END_TEST

static void copy_locks(int flags, void *bytes, size_t len)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/locks", scratch.state);
	fd = open(path, flags | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(flags == O_RDONLY ? read(fd, bytes, len) : write(fd, bytes, len), (ssize_t)len);
	close(fd);
}

/* As cp(1) over it does: the same file, the same boot, and a holder that ended long ago. */
START_TEST(a_copy_that_was_put_back_in_place_is_named)
{
	static unsigned char bytes[sizeof(struct lbr_mutex_table)];
	struct lbr_reason reason = { .text = "" };
	struct lbr_deadline deadline;
	char number[48], path[300];
	pid_t child;

	scratch_enter();
	scratch_enroll("copied");
	child = start_holder("copied", SIGSTOP, 0);
	copy_locks(O_RDONLY, bytes, sizeof(bytes));
	ck_assert_int_eq(kill(child, SIGKILL), 0);
	(void)end_of(child);
	scratch_change_of("copied", LBR_PART_COUNTERS, count, NULL);
	copy_locks(O_WRONLY, bytes, sizeof(bytes));
	deadline = (struct lbr_deadline){ .until_ms = now_ms() + 50 };
	lbr_store_set_deadline(scratch.store, &deadline);
	ck_assert_int_eq(lbr_store_remove(scratch.store, "copied", &reason), LBR_ERR_BUSY);
	snprintf(number, sizeof(number), "process %ld, which no longer exists", (long)child);
	ck_assert_msg(strstr(reason.text, number) != NULL, "%s", reason.text);
	snprintf(path, sizeof(path), "%s/locks", scratch.state); /* as it says; other cases need that mutex */
	ck_assert_int_eq(unlink(path), 0);
	scratch_enter();
	ck_assert_int_eq(lbr_store_remove(scratch.store, "copied", NULL), LBR_OK);
}
END_TEST

/* Two files would be two mutexes for one account. */
START_TEST(a_file_that_was_removed_locks_nothing)
{
	struct lbr_view view;
	char path[300];

	scratch_enter();
	scratch_enroll("removed");
	view = scratch_view("removed");
	snprintf(path, sizeof(path), "%s/locks", scratch.state);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_ERR_BUSY);
	lbr_view_release(&view);
	scratch_enter();
	scratch_change_of("removed", LBR_PART_COUNTERS, count, NULL);
	ck_assert_int_eq(step_of("removed"), 1);
}
END_TEST

/* --- who can see it --- */

static bool is_of_the_store(unsigned long inode)
{
	static const char *const trees[] = { "accounts", "history", "counters" };
	char path[300];
	struct stat st;
	size_t i;

	for (i = 0; i < 3; i++)
		if (stat(scratch_path(trees[i], "unseen"), &st) == 0 && st.st_ino == inode)
			return true;
	snprintf(path, sizeof(path), "%s/locks", scratch.state);
	return stat(path, &st) == 0 && st.st_ino == inode;
}

static void look_at_the_kernels_table(struct lbr_view *view, const void *context)
{
	unsigned long inode;
	char line[256];
	FILE *table = fopen("/proc/locks", "re");

	(void)view, (void)context;
	ck_assert_ptr_nonnull(table);
	while (fgets(line, sizeof(line), table) != NULL)
		if (sscanf(line, "%*s %*s %*s %*s %*s %*x:%*x:%lu", &inode) == 1)
			ck_assert_msg(!is_of_the_store(inode), "%s", line);
	fclose(table);
}

/* AUDIT F4: each uid reads /proc/locks. */
START_TEST(audit_f04_no_lock_of_a_commit_is_in_a_public_table)
{
	struct lbr_view view;

	scratch_enter();
	scratch_enroll("unseen");
	scratch_change_of("unseen", LBR_PART_COUNTERS, look_at_the_kernels_table, NULL);
	scratch_change_of("unseen", LBR_PART_ACCOUNT | LBR_PART_HISTORY, look_at_the_kernels_table, NULL);
	view = scratch_decoy("nobody");
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, look_at_the_kernels_table, NULL), LBR_OK);
	lbr_view_release(&view);
}
END_TEST

/* A removal holds two: the shard's, and the account's. Among so many names some would meet in one mutex. */
START_TEST(two_mutexes_of_one_removal_never_meet)
{
	struct lbr_reason reason;
	char name[16];
	int at;

	scratch_enter();
	without_disk = true;
	for (at = 0; at < 8 * 1024; at++) {
		(void)snprintf(name, sizeof(name), "absent%d", at);
		ck_assert_msg(lbr_store_remove(scratch.store, name, &reason) == LBR_ERR_ABSENT, "%s: %s", name, reason.text);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("store_mutex");
	TCase *one = tcase_create("store_mutex");

	tcase_add_unchecked_fixture(one, scratch_make, scratch_remove);
	tcase_add_test(one, the_dead_give_it_back_and_what_they_wrote_is_synced);
	tcase_add_test(one, a_slow_disk_ends_nobody_who_settles);
	tcase_add_test(one, what_could_not_be_opened_is_settled_later);
	tcase_add_test(one, audit_f01_a_holder_that_stopped_is_ended_by_the_next);
	tcase_add_test(one, audit_f01_a_holder_that_stopped_in_a_sync_is_ended_too);
	tcase_add_test(one, audit_f01_a_command_that_waits_for_a_stopped_holder_is_not_late);
	tcase_add_test(one, many_may_wait_for_one_that_stopped);
	tcase_add_test(one, two_mutexes_of_one_removal_never_meet);
	tcase_add_test(one, a_slow_holder_is_waited_for);
	tcase_add_test(one, a_wait_ends_at_the_deadline_and_names_the_holder);
	tcase_add_test(one, after_a_boot_the_mutexes_are_made_anew);
	tcase_add_test(one, a_copy_that_was_put_back_in_place_is_named);
	tcase_add_test(one, a_file_that_was_removed_locks_nothing);
	tcase_add_test(one, audit_f04_no_lock_of_a_commit_is_in_a_public_table);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
