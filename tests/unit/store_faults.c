/* The store under damage, planted files, full disks and failing system calls. */
#include <liberations/store.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <liberations/codec.h>

#include "support/check_main.h"
#include "support/scratch_store.h"
#include "support/unprivileged.h"

/* Calls that the store makes to be durable, in front of the C library's: each is counted, the one that `fail_at`
 * numbers fails. */
static unsigned calls, fail_at, data_syncs, syncs, renames, writes;

static int must_fail(void)
{
	calls++;
	if (calls != fail_at)
		return 0;
	errno = EIO;
	return 1;
}

int fdatasync(int fd)
{
	data_syncs++;
	return must_fail() ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
	syncs++;
	return must_fail() ? -1 : (int)syscall(SYS_fsync, fd);
}

int renameat(int old_dir, const char *old, int new_dir, const char *new)
{
	renames++;
	return must_fail() ? -1 : (int)syscall(SYS_renameat2, old_dir, old, new_dir, new, 0);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
	writes++;
	return must_fail() ? -1 : syscall(SYS_pwrite64, fd, bytes, len, offset);
}

static void count_from_zero(unsigned failing)
{
	calls = data_syncs = syncs = renames = writes = 0;
	fail_at = failing;
}

static enum lbr_error try_open(const char *name, struct lbr_reason *reason)
{
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(scratch.store, name, &view, reason);

	lbr_view_release(&view);
	return error;
}

static int64_t last_step(const char *name)
{
	struct lbr_view view = scratch_view(name);
	int64_t step = view.counters.last_step;

	lbr_view_release(&view);
	return step;
}

static void put_step(struct lbr_view *view, const void *context)
{
	view->counters.last_step = *(const int64_t *)context;
}

static void set_step(const char *name, int64_t step)
{
	scratch_change_of(name, LBR_PART_COUNTERS, put_step, &step);
}

static void disable(struct lbr_view *view, const void *context)
{
	(void)context;
	view->account.disabled = true;
	view->counters.last_step = 99;
}

static void read_counters(const char *name, unsigned char bytes[LBR_COUNTERS_FILE_LEN])
{
	int fd = open(scratch_path("counters", name), O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pread(fd, bytes, LBR_COUNTERS_FILE_LEN, 0), LBR_COUNTERS_FILE_LEN);
	close(fd);
}

static void poke(const char *path, off_t at, unsigned char mask)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	unsigned char byte;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pread(fd, &byte, 1, at), 1);
	byte ^= mask;
	ck_assert_int_eq(syscall(SYS_pwrite64, fd, &byte, (size_t)1, at), 1);
	close(fd);
}

/* Which slot holds the higher sequence. */
static int newest_slot(const char *name)
{
	unsigned char bytes[LBR_COUNTERS_FILE_LEN];

	read_counters(name, bytes);
	return memcmp(bytes + LBR_SLOT_STRIDE + 16, bytes + 16, 8) > 0;
}

START_TEST(sec_1_36_every_flip_in_a_slot_leaves_the_other)
{
	struct lbr_reason reason = { .text = "" };
	const char *path;
	int at, newest;

	scratch_enter();
	scratch_enroll("flipped");
	set_step("flipped", 10);
	set_step("flipped", 11);
	newest = newest_slot("flipped");
	path = scratch_path("counters", "flipped");
	for (at = 0; at < LBR_SLOT_LEN; at++) {
		poke(path, newest * LBR_SLOT_STRIDE + at, 0x04);
		ck_assert_int_eq(last_step("flipped"), 10);
		poke(path, (1 - newest) * LBR_SLOT_STRIDE + at, 0x80);
		ck_assert_int_eq(try_open("flipped", &reason), LBR_ERR_DAMAGED);
		poke(path, newest * LBR_SLOT_STRIDE + at, 0x04);
		ck_assert_int_eq(last_step("flipped"), 11);
		poke(path, (1 - newest) * LBR_SLOT_STRIDE + at, 0x80);
		path = scratch_path("counters", "flipped");
	}
	ck_assert_msg(strstr(reason.text, "liberations unlock --rebuild flipped") != NULL, "%s", reason.text);
}
END_TEST

/* Whatever is torn while it is written, the last commit is still there. */
START_TEST(sec_1_36_the_last_commit_survives_a_torn_write)
{
	int64_t step;

	scratch_enter();
	scratch_enroll("torn");
	for (step = 1; step < 8; step++) {
		set_step("torn", step);
		set_step("torn", 100 + step);
		poke(scratch_path("counters", "torn"), newest_slot("torn") * LBR_SLOT_STRIDE + 100, 0xff);
		ck_assert_int_eq(last_step("torn"), step);
	}
}
END_TEST

START_TEST(sec_1_36_every_truncation_is_refused)
{
	const char *path;
	off_t len;

	scratch_enter();
	scratch_enroll("cut");
	path = scratch_path("counters", "cut");
	for (len = LBR_COUNTERS_FILE_LEN + 1; len >= 0; len -= len > LBR_SLOT_LEN + 8 ? 61 : 1) {
		ck_assert_int_eq(truncate(path, len), 0);
		ck_assert_int_eq(try_open("cut", NULL), LBR_ERR_DAMAGED);
		path = scratch_path("counters", "cut");
	}
	scratch_enroll("cut2");
	path = scratch_path("accounts", "cut2");
	for (len = 600; len >= 0; len--) {
		struct stat st;

		ck_assert_int_eq(stat(path, &st), 0);
		if (len >= st.st_size)
			continue;
		ck_assert_int_eq(truncate(path, len), 0);
		ck_assert_int_eq(try_open("cut2", NULL), LBR_ERR_DAMAGED);
		path = scratch_path("accounts", "cut2");
	}
	ck_assert_int_eq(truncate(path, 1 << 20), 0);
	ck_assert_int_eq(try_open("cut2", NULL), LBR_ERR_DAMAGED);
}
END_TEST

static void copy_file(const char *from, const char *to)
{
	char bytes[LBR_COUNTERS_FILE_LEN];
	int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_TRUNC | O_CLOEXEC);
	ssize_t len;

	ck_assert_int_ge(in, 0);
	ck_assert_int_ge(out, 0);
	len = read(in, bytes, sizeof(bytes));
	ck_assert_int_eq(write(out, bytes, (size_t)len), len);
	close(in);
	close(out);
}

static void commit_empty_history(const char *name)
{
	scratch_change_of(name, LBR_PART_HISTORY, NULL, NULL);
}

START_TEST(sec_1_67_no_piece_serves_another_person)
{
	struct lbr_view view;

	scratch_enter();
	scratch_enroll("anna");
	scratch_enroll("berta");
	scratch_enroll("clara");
	scratch_enroll("dora");
	commit_empty_history("anna");
	commit_empty_history("dora");
	copy_file(scratch_path("accounts", "anna"), scratch_path("accounts", "berta"));
	ck_assert_int_eq(try_open("berta", NULL), LBR_ERR_DAMAGED);
	copy_file(scratch_path("counters", "anna"), scratch_path("counters", "clara"));
	ck_assert_int_eq(try_open("clara", NULL), LBR_ERR_DAMAGED);
	copy_file(scratch_path("history", "anna"), scratch_path("history", "dora"));
	view = scratch_view("dora"); /* the sign-in goes on */
	ck_assert_int_eq(lbr_view_load_history(&view, 10, NULL), LBR_ERR_DAMAGED);
	ck_assert_uint_eq(view.history.count, 0);
	lbr_view_release(&view);
	/* One's own piece in another kind's place. */
	copy_file(scratch_path("history", "anna"), scratch_path("accounts", "anna"));
	ck_assert_int_eq(try_open("anna", NULL), LBR_ERR_DAMAGED);
}
END_TEST

/* --- planted files ------------------------------------------------------------------------------------------------ */

enum plant { PLANT_SYMLINK, PLANT_DANGLING, PLANT_NEIGHBOUR, PLANT_HARDLINK, PLANT_FIFO, PLANT_DIRECTORY, PLANT_WRITABLE, PLANT_DEVICE,
             PLANT_OWNER,
             PLANTS };

static char target[200];
static const char target_text[] = "not to be touched";

static void make_target(void)
{
	int fd;

	snprintf(target, sizeof(target), "%s/target", scratch.dir);
	unlink(target);
	fd = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, target_text, sizeof(target_text)), sizeof(target_text));
	close(fd);
}

static void target_is_untouched(void)
{
	char text[64];
	struct stat st;
	int fd = open(target, O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0600);
	ck_assert_int_eq(read(fd, text, sizeof(text)), sizeof(target_text));
	ck_assert_mem_eq(text, target_text, sizeof(target_text));
	close(fd);
}

/* A link to what stood there, which now stands beside it: even the right content is not taken through a link. */
static int link_to_neighbour(const char *path)
{
	char kept[700];
	int fd;

	snprintf(kept, sizeof(kept), "%s~", path);
	if (rename(path, kept) != 0) {
		fd = open(kept, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0 || close(fd) != 0 || (geteuid() == 0 && chown(kept, UNPRIVILEGED_UID, UNPRIVILEGED_UID) != 0))
			return -1;
	}
	return symlink(strrchr(kept, '/') + 1, path);
}

/* Puts something else in the place of `path`; false: only root could. */
static bool put_plant(const char *path, enum plant plant)
{
	int made = -1, fd;

	make_target();
	if (plant != PLANT_NEIGHBOUR)
		remove(path);
	switch (plant) {
	case PLANT_NEIGHBOUR: made = link_to_neighbour(path); break;
	case PLANT_SYMLINK: made = symlink(target, path); break;
	case PLANT_DANGLING: made = symlink("/nonexistent", path); break;
	case PLANT_HARDLINK: made = link(target, path); break;
	case PLANT_FIFO: made = mkfifo(path, 0600); break;
	case PLANT_DIRECTORY: made = mkdir(path, 0700); break;
	case PLANT_DEVICE:
		if (geteuid() != 0)
			return false;
		made = mknod(path, S_IFCHR | 0600, makedev(1, 3));
		break;
	default:
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		made = fd < 0 ? -1 : fchmod(fd, plant == PLANT_WRITABLE ? 0602 : 0600);
		close(fd);
		if (plant == PLANT_OWNER && geteuid() != 0)
			return false;
	}
	ck_assert_int_eq(made, 0);
	/* Everything but the owner is as it should be, so that the check that is meant is the one that refuses. */
	if (geteuid() == 0 && plant != PLANT_OWNER)
		ck_assert_int_eq(lchown(path, UNPRIVILEGED_UID, UNPRIVILEGED_UID), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(chown(target, UNPRIVILEGED_UID, UNPRIVILEGED_UID), 0);
	return true;
}

static void did_not_hang(const struct timespec *since)
{
	struct timespec now;

	ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &now), 0);
	ck_assert_int_lt((now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000, 30000);
}

/* Enrolls from a child, so that this process stays root if it is, to plant what only root can. */
static void enroll_from_child(const char *name)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		scratch_enter();
		scratch_enroll(name);
		commit_empty_history(name);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}

static void refuses_plant(const char *tree, enum plant plant)
{
	struct timespec start;
	struct lbr_view view;
	char name[32];

	snprintf(name, sizeof(name), "planted.%s.%d", tree, plant);
	enroll_from_child(name);
	if (!put_plant(scratch_path(tree, name), plant))
		return;
	scratch_enter();
	ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &start), 0);
	if (strcmp(tree, "history") == 0) {
		view = scratch_view(name); /* a sign-in needs no history */
		ck_assert_int_eq(lbr_view_load_history(&view, 10, NULL), LBR_ERR_UNSAFE);
		lbr_view_release(&view);
	} else {
		ck_assert_int_eq(try_open(name, NULL), LBR_ERR_UNSAFE);
	}
	did_not_hang(&start);
	target_is_untouched();
}

START_TEST(sec_1_05_sec_1_07_planted_account_is_refused)
{
	refuses_plant("accounts", (enum plant)_i);
}
END_TEST

START_TEST(sec_1_05_sec_1_07_planted_counters_are_refused)
{
	refuses_plant("counters", (enum plant)_i);
}
END_TEST

START_TEST(sec_1_05_sec_1_07_planted_history_is_refused)
{
	refuses_plant("history", (enum plant)_i);
}
END_TEST

/* What stands where the temporary file belongs is taken away or refused, never written through. */
START_TEST(sec_1_05_planted_temporary_file_is_not_followed)
{
	struct timespec start;
	struct lbr_view view;
	enum lbr_error error;
	char name[32], path[700], *slash;

	snprintf(name, sizeof(name), "temp.%d", _i);
	enroll_from_child(name);
	snprintf(path, sizeof(path), "%s", scratch_path("accounts", name));
	slash = strrchr(path, '/');
	snprintf(slash, sizeof(path) - (size_t)(slash - path), "/.%s.tmp", name);
	if (!put_plant(path, (enum plant)_i))
		return;
	scratch_enter();
	view = scratch_view(name);
	ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &start), 0);
	error = scratch_commit(&view, LBR_PART_ACCOUNT, disable, NULL);
	did_not_hang(&start);
	ck_assert_int_eq(error, _i == PLANT_DIRECTORY ? LBR_ERR_SYSTEM : LBR_OK);
	lbr_view_release(&view);
	target_is_untouched();
	view = scratch_view(name);
	ck_assert_int_eq(view.account.disabled, error == LBR_OK);
	lbr_view_release(&view);
}
END_TEST

/* The file of mutexes, which each process maps and writes. */
START_TEST(sec_1_05_sec_1_07_planted_locks_are_refused)
{
	struct lbr_store *store;
	struct timespec start;
	char path[300];

	snprintf(path, sizeof(path), "%s/locks", scratch.state);
	if (!put_plant(path, (enum plant)_i))
		return;
	ck_assert_int_eq(become_unprivileged(NULL), 0);
	ck_assert_int_eq(lbr_keyring_load(scratch.key, &scratch.keyring, NULL), LBR_OK);
	ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &start), 0);
	ck_assert_int_eq(lbr_store_open(scratch.state, scratch.keyring, scratch_now_s, &store, NULL), LBR_ERR_UNSAFE);
	did_not_hang(&start);
	target_is_untouched();
	ck_assert_int_eq(remove(path), 0);
	ck_assert_int_eq(lbr_store_open(scratch.state, scratch.keyring, scratch_now_s, &store, NULL), LBR_OK);
}
END_TEST

START_TEST(sec_1_05_planted_shard_directory_is_refused)
{
	static const char *const trees[] = { "accounts", "counters" };
	char name[32], path[700], kept[700];
	int way;

	scratch_enter();
	make_target();
	snprintf(name, sizeof(name), "shard.%s", trees[_i]);
	scratch_enroll(name);
	snprintf(path, sizeof(path), "%s", scratch_path(trees[_i], name));
	*strrchr(path, '/') = '\0';
	ck_assert_int_eq(chmod(path, 0770), 0);
	ck_assert_int_eq(try_open(name, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(chmod(path, 0700), 0);
	snprintf(kept, sizeof(kept), "%s/kept.%s", scratch.dir, trees[_i]);
	ck_assert_int_eq(rename(path, kept), 0);
	for (way = 0; way < 3; way++) {
		if (way == 0)
			ck_assert_int_eq(symlink(kept, path), 0);
		else if (way == 1)
			ck_assert_int_eq(link(target, path), 0);
		else
			ck_assert_int_eq(mkfifo(path, 0600), 0);
		ck_assert_int_eq(try_open(name, NULL), LBR_ERR_UNSAFE);
		ck_assert_int_eq(unlink(path), 0);
	}
	target_is_untouched();
	ck_assert_int_eq(rename(kept, path), 0);
	ck_assert_int_eq(try_open(name, NULL), LBR_OK);
}
END_TEST

/* --- failing system calls
 * ------------------------------------------------------------------------------------------ */

START_TEST(an_attempt_costs_one_sync_and_no_rename)
{
	struct lbr_view view;

	scratch_enter();
	scratch_enroll("cheap");
	count_from_zero(0);
	view = scratch_view("cheap");
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, NULL, NULL), LBR_OK);
	lbr_view_release(&view);
	view = scratch_decoy("nobody");
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, NULL, NULL), LBR_OK);
	lbr_view_release(&view);
	ck_assert_uint_eq(writes, 2);
	ck_assert_uint_eq(data_syncs, 2);
	ck_assert_uint_eq(syncs + renames, 0);
}
END_TEST

/* Not durable, so it must not count, and the next writer must not write over the last commit. */
START_TEST(commit_that_was_not_synced_is_no_commit)
{
	struct lbr_view view;

	scratch_enter();
	scratch_enroll("unsynced");
	set_step("unsynced", 7);
	view = scratch_view("unsynced");
	count_from_zero(2); /* the write, then the sync */
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, disable, NULL), LBR_ERR_SYSTEM);
	ck_assert_uint_eq(data_syncs, 2); /* the second one is that of taking it back */
	ck_assert_int_eq(view.counters.last_step, 7);
	lbr_view_release(&view);
	count_from_zero(0);
	ck_assert_int_eq(last_step("unsynced"), 7);
	set_step("unsynced", 9);
	poke(scratch_path("counters", "unsynced"), newest_slot("unsynced") * LBR_SLOT_STRIDE + 1, 1);
	ck_assert_int_eq(last_step("unsynced"), 7);
}
END_TEST

START_TEST(failed_write_of_the_counters_keeps_the_old_ones)
{
	struct lbr_view view;

	scratch_enter();
	scratch_enroll("unwritten");
	set_step("unwritten", 7);
	view = scratch_view("unwritten");
	count_from_zero(1);
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, disable, NULL), LBR_ERR_SYSTEM);
	lbr_view_release(&view);
	ck_assert_int_eq(last_step("unwritten"), 7);
}
END_TEST

/* All parts or none: counters that were written go back if the account cannot follow. */
START_TEST(failed_replacement_takes_the_counters_back)
{
	struct lbr_view view;
	unsigned failing;

	scratch_enter();
	scratch_enroll("together");
	set_step("together", 7);
	for (failing = 1; failing <= 5; failing++) { /* write, sync of the counters; write, fsync, rename of the account */
		view = scratch_view("together");
		count_from_zero(failing);
		ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS | LBR_PART_ACCOUNT, disable, NULL), LBR_ERR_SYSTEM);
		lbr_view_release(&view);
		count_from_zero(0);
		view = scratch_view("together");
		ck_assert(!view.account.disabled);
		ck_assert_int_eq(view.counters.last_step, 7);
		lbr_view_release(&view);
	}
}
END_TEST

static bool leftover_exists(const char *name)
{
	char path[700], *slash;

	snprintf(path, sizeof(path), "%s", scratch_path("accounts", name));
	slash = strrchr(path, '/');
	snprintf(slash, sizeof(path) - (size_t)(slash - path), "/.%s.tmp", name);
	return access(path, F_OK) == 0;
}

START_TEST(failed_replacement_keeps_the_old_account)
{
	struct lbr_view view;
	unsigned failing;

	scratch_enter();
	scratch_enroll("kept");
	for (failing = 1; failing <= 4; failing++) { /* write, fsync, rename, fsync of the directory */
		view = scratch_view("kept");
		count_from_zero(failing);
		ck_assert_int_eq(scratch_commit(&view, LBR_PART_ACCOUNT, disable, NULL), failing < 4 ? LBR_ERR_SYSTEM : LBR_ERR_UNKNOWN);
		ck_assert_uint_eq(view.account.generation, 1);
		lbr_view_release(&view);
		count_from_zero(0);
		ck_assert(!leftover_exists("kept"));
		view = scratch_view("kept");
		/* After the rename only the directory's sync can fail; then the new file is seen, but nobody was told yes. */
		ck_assert_uint_eq(view.account.generation, failing < 4 ? 1 : 2);
		lbr_view_release(&view);
	}
}
END_TEST

START_TEST(failed_enrollment_leaves_no_account)
{
	struct lbr_account account;
	unsigned failing;

	scratch_enter();
	account = scratch_account("unborn");
	/* Counters, then account: write, fsync, rename, fsync of the directory. */
	for (failing = 1; failing <= 8; failing++) {
		count_from_zero(failing);
		ck_assert_int_eq(lbr_store_create(scratch.store, &(struct lbr_record){ .account = &account }, NULL), LBR_ERR_SYSTEM);
		count_from_zero(0);
		ck_assert_int_eq(try_open("unborn", NULL), LBR_ERR_ABSENT);
		ck_assert_int_eq(access(scratch_path("counters", "unborn"), F_OK), -1);
	}
	ck_assert_int_eq(lbr_store_create(scratch.store, &(struct lbr_record){ .account = &account }, NULL), LBR_OK);
	ck_assert_int_eq(try_open("unborn", NULL), LBR_OK);
}
END_TEST

/* --- full and read-only disks
 * -------------------------------------------------------------------------------------- */

/* A small file system of our own, which goes with this process; the store on it belongs to the unused uid. */
static bool enter_small_disk(void)
{
	if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0)
		return false;
	/* Refused where the root is no mount of its own (chroot): a mount would then scope the machine. */
	if (mount("none", "/", "none", MS_REC | MS_PRIVATE, "") != 0)
		return false;
	ck_assert_int_eq(mount("lbr", scratch.state, "tmpfs", MS_NOSUID | MS_NODEV, "size=8m,mode=0700"), 0);
	ck_assert_int_eq(chown(scratch.state, UNPRIVILEGED_UID, UNPRIVILEGED_UID), 0);
	return true;
}

static void lay_out_here(void)
{
	ck_assert_int_eq(become_unprivileged(NULL), 0);
	ck_assert_int_eq(lbr_keyring_load(scratch.key, &scratch.keyring, NULL), LBR_OK);
	ck_assert_int_eq(lbr_store_lay_out(scratch.state, scratch.keyring, NULL), LBR_OK);
	ck_assert_int_eq(lbr_store_open(scratch.state, scratch.keyring, scratch_now_s, &scratch.store, NULL), LBR_OK);
}

static void fill_disk(void)
{
	static const char block[4096] = "full";
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/filler", scratch.state);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	ck_assert_int_eq(errno, ENOSPC);
	close(fd);
}

static enum lbr_error disable_all(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	(void)reason;
	disable(view, context);
	*ret_parts = LBR_PART_COUNTERS | LBR_PART_ACCOUNT;
	return LBR_OK;
}

START_TEST(sec_1_35_full_disk_keeps_nobody_out)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_account newcomer;
	struct lbr_view view;
	int round;

	if (!enter_small_disk()) {
		printf("store_faults: the full disk was left out: it needs root and a mount namespace\n");
		return;
	}
	lay_out_here();
	scratch_enroll("crowded");
	newcomer = scratch_account("newcomer");
	fill_disk();
	for (round = 1; round <= 50; round++)
		set_step("crowded", round);
	ck_assert_int_eq(last_step("crowded"), 50);
	view = scratch_view("crowded");
	ck_assert_int_eq(lbr_store_commit(&view, disable_all, NULL, &reason), LBR_ERR_SYSTEM);
	ck_assert_msg(strstr(reason.text, "No space left") != NULL, "%s", reason.text);
	ck_assert(!leftover_exists("crowded"));
	lbr_view_release(&view);
	view = scratch_view("crowded");
	ck_assert(!view.account.disabled);
	ck_assert_uint_eq(view.account.generation, 1);
	ck_assert_int_eq(view.counters.last_step, 50);
	lbr_view_release(&view);
	ck_assert_int_eq(lbr_store_create(scratch.store, &(struct lbr_record){ .account = &newcomer }, NULL), LBR_ERR_SYSTEM);
	ck_assert_int_eq(try_open("newcomer", NULL), LBR_ERR_ABSENT);
	ck_assert_int_eq(lbr_store_rebuild_counters(scratch.store, "crowded", &(struct lbr_counters){ .last_step = 60 },
	                                            NULL), LBR_OK);
	ck_assert_int_eq(last_step("crowded"), 60);
}
END_TEST

START_TEST(sec_1_37_read_only_disk_denies)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	int status = -1;
	pid_t child;

	if (!enter_small_disk()) {
		printf("store_faults: the read-only disk was left out: it needs root and a mount namespace\n");
		return;
	}
	child = fork();
	if (child == 0) {
		lay_out_here();
		scratch_enroll("frozen");
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(mount("none", scratch.state, "none", MS_REMOUNT | MS_RDONLY, ""), 0);
	scratch_enter();
	view = scratch_view("frozen"); /* what is stored can be read */
	ck_assert_int_eq(lbr_store_commit(&view, disable_all, NULL, &reason), LBR_ERR_UNREACHABLE); /* people are told of an outage */
	ck_assert_msg(strstr(reason.text, "read-only") != NULL, "%s", reason.text);
	view = scratch_decoy("nobody");
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, NULL, NULL), LBR_ERR_UNREACHABLE);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("store_faults");
	TCase *tcase = tcase_create("store_faults");

	suite_add_tcase(suite, tcase);
	tcase_add_unchecked_fixture(tcase, scratch_make, scratch_remove);
	tcase_add_test(tcase, sec_1_36_every_flip_in_a_slot_leaves_the_other);
	tcase_add_test(tcase, sec_1_36_the_last_commit_survives_a_torn_write);
	tcase_add_test(tcase, sec_1_36_every_truncation_is_refused);
	tcase_add_test(tcase, sec_1_67_no_piece_serves_another_person);
	tcase_add_loop_test(tcase, sec_1_05_sec_1_07_planted_account_is_refused, 0, PLANTS);
	tcase_add_loop_test(tcase, sec_1_05_sec_1_07_planted_counters_are_refused, 0, PLANTS);
	tcase_add_loop_test(tcase, sec_1_05_sec_1_07_planted_history_is_refused, 0, PLANTS);
	tcase_add_loop_test(tcase, sec_1_05_planted_temporary_file_is_not_followed, 0, PLANTS);
	tcase_add_loop_test(tcase, sec_1_05_sec_1_07_planted_locks_are_refused, 0, PLANTS);
	tcase_add_loop_test(tcase, sec_1_05_planted_shard_directory_is_refused, 0, 2);
	tcase_add_test(tcase, an_attempt_costs_one_sync_and_no_rename);
	tcase_add_test(tcase, commit_that_was_not_synced_is_no_commit);
	tcase_add_test(tcase, failed_write_of_the_counters_keeps_the_old_ones);
	tcase_add_test(tcase, failed_replacement_takes_the_counters_back);
	tcase_add_test(tcase, failed_replacement_keeps_the_old_account);
	tcase_add_test(tcase, failed_enrollment_leaves_no_account);
	tcase_add_test(tcase, sec_1_35_full_disk_keeps_nobody_out);
	tcase_add_test(tcase, sec_1_37_read_only_disk_denies);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
