/* Everything in a store sealed again under another key: nothing names the old one any more, nothing is lost, a sign-in
 * meanwhile is not refused, and a run that was killed at any step goes on. */
#include <liberations/reseal.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <liberations/recovery.h>
#include <liberations/token.h>

#include "support/check_main.h"
#include "support/scratch_store.h"

#define FIRST_KEY "0123abcd 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define SECOND_KEY "fedc9876 ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\n"
#define FIRST "0123abcd"
#define SECOND "fedc9876"
#define NAME "zoe"
#define LIFETIME 40 /* syscalls of one reseal, at most */

/* In front of the C library's: the call that `die_at` numbers ends the process before it is made. */
static int calls, die_at;

static void step(void)
{
	if (die_at > 0 && ++calls == die_at)
		_exit(9);
}

int fsync(int fd)
{
	step();
	return (int)syscall(SYS_lseek, fd, 0, SEEK_SET); /* no power is cut here */
}

int fdatasync(int fd)
{
	return fsync(fd);
}

int renameat(int old_dir, const char *old, int new_dir, const char *new)
{
	step();
	return (int)syscall(SYS_renameat2, old_dir, old, new_dir, new, 0);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
	step();
	return syscall(SYS_pwrite64, fd, bytes, len, offset);
}

static void close_all(void)
{
	lbr_store_close(scratch.store);
	lbr_keyring_free(scratch.keyring);
}

/* As a replaced key file, opened anew. */
static void use_keys(const char *text)
{
	struct lbr_reason reason = { .text = "" };
	char other[200];
	int fd;

	close_all();
	snprintf(other, sizeof(other), "%s.other", scratch.key);
	fd = open(other, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(close(fd), 0);
	ck_assert_int_eq(rename(other, scratch.key), 0);
	ck_assert_msg(lbr_keyring_load(scratch.key, &scratch.keyring, &reason) == LBR_OK, "%s", reason.text);
	ck_assert_msg(lbr_store_open(scratch.state, scratch.keyring, scratch_now_s, &scratch.store, &reason) == LBR_OK, "%s",
	              reason.text);
}

/* Whatever keys the test before left, the store is sealed with the first one alone, and has no accounts. */
static void begin(void)
{
	char line[LBR_KEY_LINE_MAX], all[8 * LBR_KEY_LINE_MAX] = FIRST_KEY;
	size_t len = strlen(all);
	struct lbr_reason reason = { .text = "" };
	struct lbr_keys_named named;
	bool changed;
	FILE *file;
	int number;

	scratch_enter();
	(void)lbr_store_remove(scratch.store, NAME, NULL);
	file = fopen(scratch.key, "re");
	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file) != NULL)
		if (strcmp(line, FIRST_KEY) != 0)
			len += (size_t)snprintf(all + len, sizeof(all) - len, "%s", line);
	ck_assert_int_eq(fclose(file), 0);
	use_keys(all);
	for (number = 0; number < LBR_DECOYS; number++)
		ck_assert_msg(lbr_store_reseal_decoy(scratch.store, (uint8_t)number, &changed, &named, &reason) == LBR_OK, "%s",
		              reason.text);
	use_keys(FIRST_KEY);
}

static struct lbr_recovery_sheet sheet;

/* Somebody with all that a record may hold. */
static void enroll(const char *name)
{
	static const struct lbr_counters used = { .last_step = 777, .last_sign_in_s = 1700000000, .recovery_used = 1 };
	struct lbr_account account = scratch_own_account(name, NULL, "a password of one's own");
	struct lbr_history history = { .count = 1 };
	struct lbr_counters counters = used;

	history.entries[0].set_s = account.password_set_s;
	memcpy(history.entries[0].hash, account.password_hash, sizeof(history.entries[0].hash));
	ck_assert_int_eq(lbr_recovery_draw(scratch.keyring, &account, &sheet), LBR_OK);
	counters.recovery_set = account.recovery_set;
	ck_assert_int_eq(lbr_store_create(scratch.store, &(struct lbr_record){ &account, &counters, &history }, NULL), LBR_OK);
}

static bool found; /* by look() */

static int look(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	static char bytes[1 << 17];
	ssize_t len;
	int fd;

	(void)st, (void)ftw;
	if (kind != FTW_F)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = read(fd, bytes, sizeof(bytes));
	close(fd);
	found = found || (len > 0 && memmem(bytes, (size_t)len, FIRST, strlen(FIRST)) != NULL);
	return 0;
}

static bool names_first_key(const char *directory)
{
	found = false;
	ck_assert_int_eq(nftw(directory, look, 16, FTW_PHYS), 0);
	return found;
}

static bool reseal_all(const char *name)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_keys_named named;
	bool changed, any = false;
	int number;

	ck_assert_msg(lbr_store_reseal(scratch.store, name, &any, &named, &reason) == LBR_OK, "%s", reason.text);
	for (number = 0; number < LBR_DECOYS; number++) {
		ck_assert_msg(lbr_store_reseal_decoy(scratch.store, (uint8_t)number, &changed, &named, &reason) == LBR_OK, "%s",
		              reason.text);
		any = any || changed;
	}
	return any;
}

static void drop_codes(struct lbr_view *view, const void *context)
{
	(void)context;
	view->counters.recovery_used = (1u << LBR_RECOVERY_CODES) - 1;
}

/* Every file of the store is looked at, whatever writes one: what a later release adds is found here too. */
START_TEST(nothing_names_the_old_key)
{
	struct lbr_keys_named keys;
	struct lbr_view view;
	unsigned at;

	enroll(NAME);
	scratch_change_of(NAME, LBR_PART_COUNTERS, drop_codes, NULL);
	ck_assert(names_first_key(scratch.state));
	use_keys(SECOND_KEY FIRST_KEY);
	ck_assert_int_eq(lbr_store_keys(scratch.store, NAME, &keys, NULL), LBR_OK);
	for (at = 0; at < LBR_KEYS_NAMED; at++)
		ck_assert_msg(strcmp(keys.sealed[at], FIRST) == 0, "%u: %s", at, keys.sealed[at]);
	ck_assert_str_eq(keys.recovery, "");
	ck_assert(reseal_all(NAME));
	ck_assert(!names_first_key(scratch.state));
	ck_assert(!reseal_all(NAME));
	use_keys(SECOND_KEY);
	view = scratch_view(NAME);
	ck_assert_int_eq(view.counters.last_step, 777);
	ck_assert_int_eq(view.counters.last_sign_in_s, 1700000000);
	ck_assert_uint_eq(view.account.recovery_count, 0);
	ck_assert_uint_eq(view.account.generation, 1);
	ck_assert_int_eq(lbr_view_load_history(&view, 10, NULL), LBR_OK);
	ck_assert_uint_eq(view.history.count, 1);
	lbr_view_release(&view);
}
END_TEST

/* Their codes are on paper: the set keeps its key, says so, and works on. */
START_TEST(a_sheet_with_codes_left_keeps_its_key)
{
	struct lbr_keys_named keys, told;
	struct lbr_secret typed;
	struct lbr_view view;
	unsigned at;
	bool changed;

	enroll(NAME);
	use_keys(SECOND_KEY FIRST_KEY);
	ck_assert_int_eq(lbr_store_reseal(scratch.store, NAME, &changed, &told, NULL), LBR_OK);
	ck_assert_int_eq(lbr_store_keys(scratch.store, NAME, &keys, NULL), LBR_OK);
	ck_assert_mem_eq(&keys, &told, sizeof(keys));
	ck_assert_str_eq(keys.recovery, FIRST);
	for (at = 0; at < LBR_KEYS_NAMED; at++)
		ck_assert_str_ne(keys.sealed[at], FIRST);
	view = scratch_view(NAME);
	ck_assert_int_eq(lbr_secret_set(&typed, sheet.codes[4], strlen(sheet.codes[4])), LBR_OK);
	ck_assert_uint_eq(lbr_recovery_match(scratch.keyring, &view.account, &typed), 5);
	ck_assert(lbr_recovery_is_unused(&view.account, &view.counters, 5));
	ck_assert(!lbr_recovery_is_unused(&view.account, &view.counters, 1));
	lbr_view_release(&view);
}
END_TEST

static void use_step(struct lbr_view *view, const void *context)
{
	view->counters.last_step = *(const int64_t *)context;
}

START_TEST(a_sign_in_beside_it_is_not_refused)
{
	static const int64_t later = 900;
	struct lbr_keys_named named;
	struct lbr_view view, now;
	bool changed;

	enroll(NAME);
	use_keys(SECOND_KEY FIRST_KEY);
	view = scratch_view(NAME);
	ck_assert_int_eq(lbr_store_reseal(scratch.store, NAME, &changed, &named, NULL), LBR_OK);
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS | LBR_PART_UPKEEP, use_step, &later), LBR_OK);
	now = scratch_view(NAME);
	ck_assert_int_eq(now.counters.last_step, later);
	ck_assert_str_eq(now.account.token.key_id, SECOND);
	lbr_view_release(&now);
	lbr_view_release(&view);
}
END_TEST

/* A search that goes from shard to shard may pass by an account on its way to another name. */
START_TEST(a_rename_leaves_nothing_under_an_older_key)
{
	struct lbr_keys_named named;
	unsigned at;

	enroll(NAME);
	use_keys(SECOND_KEY FIRST_KEY);
	ck_assert_int_eq(lbr_store_rename(scratch.store, NAME, "zoe.roy", false, NULL), LBR_OK);
	ck_assert_int_eq(lbr_store_keys(scratch.store, "zoe.roy", &named, NULL), LBR_OK);
	for (at = 0; at < LBR_KEYS_NAMED; at++)
		if (named.sealed[at][0] != '\0')
			ck_assert_str_eq(named.sealed[at], lbr_keyring_id(scratch.keyring));
}
END_TEST

/* An agent that has read the keys before: it writes nothing, and what it cannot open is no damage. */
START_TEST(who_holds_older_keys_writes_nothing)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_keyring *old_keyring = NULL;
	struct lbr_account account;
	struct lbr_store *old = NULL;
	struct lbr_view view, none;
	struct lbr_keys_named named;
	bool changed;

	enroll(NAME);
	ck_assert_int_eq(lbr_keyring_load(scratch.key, &old_keyring, NULL), LBR_OK);
	ck_assert_int_eq(lbr_store_open(scratch.state, old_keyring, scratch_now_s, &old, NULL), LBR_OK);
	ck_assert_int_eq(lbr_store_load(old, NAME, &view, NULL), LBR_OK);
	use_keys(SECOND_KEY FIRST_KEY);
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, NULL, NULL), LBR_ERR_UNREACHABLE);
	account = scratch_account("yan");
	ck_assert_int_eq(lbr_store_create(old, &(struct lbr_record){ .account = &account }, &reason), LBR_ERR_UNREACHABLE);
	ck_assert_ptr_nonnull(strstr(reason.text, "seal key was replaced"));
	ck_assert_int_eq(lbr_store_rebuild_counters(old, NAME, &view.counters, NULL), LBR_ERR_UNREACHABLE);
	ck_assert_int_eq(lbr_store_reseal(old, NAME, &changed, &named, NULL), LBR_ERR_UNREACHABLE);
	ck_assert_int_eq(lbr_store_rename(old, NAME, "yan", false, NULL), LBR_ERR_UNREACHABLE);
	ck_assert_int_eq(lbr_store_reseal(scratch.store, NAME, &changed, &named, NULL), LBR_OK);
	ck_assert_int_eq(lbr_store_load(old, NAME, &none, NULL), LBR_ERR_UNREACHABLE);
	lbr_view_release(&view);
	lbr_store_close(old);
	lbr_keyring_free(old_keyring);
}
END_TEST

static int die_in_reseal(int at)
{
	int status = -1;
	pid_t child = fork();
	struct lbr_keys_named named;
	bool changed;

	if (child == 0) {
		die_at = at;
		_exit(lbr_store_reseal(scratch.store, NAME, &changed, &named, NULL) == LBR_OK ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

START_TEST(killed_at_any_step_it_goes_on)
{
	struct lbr_keys_named named;
	struct lbr_view view;
	int at, status = 9;
	bool changed;

	enroll(NAME);
	for (at = 1; at < LIFETIME && status == 9; at++) {
		use_keys(at % 2 == 1 ? SECOND_KEY FIRST_KEY : FIRST_KEY SECOND_KEY);
		status = die_in_reseal(at);
		view = scratch_view(NAME);
		ck_assert_int_eq(view.counters.last_step, 777);
		ck_assert_int_eq(lbr_view_load_history(&view, 10, NULL), LBR_OK);
		ck_assert_uint_eq(view.history.count, 1);
		lbr_view_release(&view);
		ck_assert_int_eq(lbr_store_reseal(scratch.store, NAME, &changed, &named, NULL), LBR_OK);
	}
	ck_assert_int_gt(at, 10);
	ck_assert_int_eq(status, 0);
}
END_TEST

/* A write that broke off left a copy that nobody believes, but it names the old key. */
START_TEST(a_torn_copy_is_written_again)
{
	struct lbr_keys_named named;
	const char *path;
	bool changed;
	int fd;

	enroll(NAME);
	path = scratch_path("counters", NAME);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(syscall(SYS_pwrite64, fd, "torn", 4, 4096 + 100), 4);
	close(fd);
	use_keys(SECOND_KEY FIRST_KEY);
	ck_assert_int_eq(lbr_store_reseal(scratch.store, NAME, &changed, &named, NULL), LBR_OK);
	ck_assert(changed);
	found = false;
	ck_assert_int_eq(look(path, NULL, FTW_F, NULL), 0);
	ck_assert(!found);
}
END_TEST

START_TEST(what_cannot_be_read_is_told)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_keys_named keys, named;
	const char *path;
	bool changed;

	enroll(NAME);
	path = scratch_path(_i == 0 ? "accounts" : "history", NAME);
	ck_assert_int_eq(truncate(path, 60), 0);
	use_keys(SECOND_KEY FIRST_KEY);
	ck_assert_int_eq(lbr_store_reseal(scratch.store, NAME, &changed, &named, &reason), LBR_ERR_DAMAGED);
	ck_assert_ptr_nonnull(strstr(reason.text, _i == 0 ? "accounts" : "history"));
	ck_assert_int_eq(lbr_store_keys(scratch.store, NAME, &keys, NULL), LBR_ERR_DAMAGED);
	ck_assert_int_eq(lbr_store_keys(scratch.store, "../x", &keys, NULL), LBR_ERR_ABSENT);
	ck_assert_int_eq(lbr_store_keys(scratch.store, "nobody-here", &keys, NULL), LBR_ERR_ABSENT);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("reseal");
	TCase *one = tcase_create("reseal");

	tcase_add_unchecked_fixture(one, scratch_make, scratch_remove);
	tcase_add_checked_fixture(one, begin, close_all);
	tcase_add_test(one, nothing_names_the_old_key);
	tcase_add_test(one, a_sheet_with_codes_left_keeps_its_key);
	tcase_add_test(one, a_sign_in_beside_it_is_not_refused);
	tcase_add_test(one, a_rename_leaves_nothing_under_an_older_key);
	tcase_add_test(one, who_holds_older_keys_writes_nothing);
	tcase_add_test(one, killed_at_any_step_it_goes_on);
	tcase_add_test(one, a_torn_copy_is_written_again);
	tcase_add_loop_test(one, what_cannot_be_read_is_told, 0, 2);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
