/* The store: accounts, locks, permits, histories, lists. */
#include <liberations/store.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <liberations/codec.h>

#include "support/check_main.h"
#include "support/scratch_store.h"
#include "support/unprivileged.h"

#define HASH "$y$j75$abcdefghijklmnop$0123456789abcdefghijklmnopqrstuvwxyzABCDEF"

static struct lbr_locked_account open_hold(const char *name)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_locked_account locked;
	enum lbr_error error = lbr_account_lock(scratch.store, name, &locked, &reason);

	ck_assert_msg(error == LBR_OK, "%s", reason.text);
	ck_assert(locked.known);
	ck_assert_str_eq(locked.account.name, name);
	return locked;
}

static enum lbr_error try_open(const char *name)
{
	struct lbr_locked_account locked;
	enum lbr_error error = lbr_account_lock(scratch.store, name, &locked, NULL);

	if (error != LBR_OK) {
		ck_assert(locked.impl == NULL && !locked.known && locked.account.name[0] == '\0');
		return error;
	}
	lbr_account_release(&locked);
	return LBR_OK;
}

static long elapsed_ms(const struct timespec *since)
{
	struct timespec now;

	ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &now), 0);
	return (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

START_TEST(lay_out_is_repeatable)
{
	scratch_enter();
	scratch_enroll("r.roy");
	ck_assert_int_eq(lbr_store_lay_out(scratch.state, scratch.keyring, NULL), LBR_OK);
	ck_assert_int_eq(try_open("r.roy"), LBR_OK);
}
END_TEST

START_TEST(store_must_be_ours_alone)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_store *store;

	scratch_enter();
	ck_assert_int_eq(lbr_store_open("relative", scratch.keyring, &store, NULL), LBR_ERR_SYNTAX);
	ck_assert_int_eq(lbr_store_open("/nonexistent/liberations", scratch.keyring, &store, &reason), LBR_ERR_ABSENT);
	ck_assert_ptr_nonnull(strstr(reason.text, "liberations init"));
	ck_assert_int_eq(lbr_store_open(scratch.dir, scratch.keyring, &store, &reason), LBR_ERR_ABSENT);
	ck_assert_int_eq(lbr_store_open("/", scratch.keyring, &store, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(lbr_store_open(scratch.key, scratch.keyring, &store, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(chmod(scratch.state, 0750), 0);
	ck_assert_int_eq(lbr_store_open(scratch.state, scratch.keyring, &store, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(lbr_store_lay_out(scratch.state, scratch.keyring, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(chmod(scratch.state, 0700), 0);
	ck_assert_ptr_null(store);
}
END_TEST

START_TEST(root_never_opens_the_store)
{
	struct lbr_store *store;
	struct lbr_keyring *keyring;

	if (geteuid() != 0)
		return; /* only root can try */
	ck_assert_int_eq(chown(scratch.key, 0, 0), 0);
	ck_assert_int_eq(lbr_keyring_load(scratch.key, &keyring, NULL), LBR_OK);
	ck_assert_int_eq(lbr_store_open(scratch.state, keyring, &store, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(lbr_store_lay_out(scratch.state, keyring, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(chown(scratch.key, UNPRIVILEGED_UID, UNPRIVILEGED_UID), 0);
	lbr_keyring_free(keyring);
}
END_TEST

START_TEST(counters_come_back)
{
	struct lbr_locked_account locked;
	int round;

	scratch_enter();
	scratch_enroll("counting");
	for (round = 0; round < 7; round++) {
		locked = open_hold("counting");
		ck_assert_int_eq(locked.counters.last_step, round);
		ck_assert_uint_eq(locked.counters.lanes[LBR_LANE_STRANGER].password_failures, (unsigned)round);
		locked.counters.lanes[LBR_LANE_STRANGER].password_failures++;
		ck_assert_int_eq(lbr_account_commit_counters(&locked, NULL), LBR_OK);
		lbr_account_unlock(&locked);
		ck_assert_int_eq(lbr_account_relock(&locked, NULL), LBR_OK);
		ck_assert_uint_eq(locked.counters.lanes[LBR_LANE_STRANGER].password_failures, (unsigned)round + 1);
		locked.counters.last_step++;
		ck_assert_int_eq(lbr_account_commit_counters(&locked, NULL), LBR_OK);
		lbr_account_release(&locked);
	}
	locked = open_hold("counting");
	locked.counters.lanes[LBR_LANE_CONSOLE].code_failures = 5;
	ck_assert_int_eq(lbr_account_commit_counters(&locked, NULL), LBR_OK);
	lbr_account_release(&locked);
	locked = open_hold("counting");
	ck_assert_uint_eq(locked.counters.lanes[LBR_LANE_CONSOLE].code_failures, 5);
	lbr_account_release(&locked);
}
END_TEST

START_TEST(account_changes_raise_the_generation)
{
	struct lbr_locked_account locked;

	scratch_enter();
	scratch_enroll("changing");
	locked = open_hold("changing");
	ck_assert_uint_eq(locked.account.generation, 1);
	locked.account.disabled = true;
	ck_assert_int_eq(lbr_account_commit(&locked, NULL), LBR_OK);
	ck_assert_uint_eq(locked.account.generation, 2);
	lbr_account_unlock(&locked);
	ck_assert_int_eq(lbr_account_relock(&locked, NULL), LBR_OK); /* one's own change is no surprise */
	lbr_account_release(&locked);
	locked = open_hold("changing");
	ck_assert_uint_eq(locked.account.generation, 2);
	ck_assert(locked.account.disabled);
	/* What cannot be written changes nothing. */
	locked.account.contact[0] = '\n';
	ck_assert_int_eq(lbr_account_commit(&locked, NULL), LBR_ERR_SYNTAX);
	ck_assert_uint_eq(locked.account.generation, 2);
	locked.account = scratch_account("another");
	ck_assert_int_eq(lbr_account_commit(&locked, NULL), LBR_ERR_INTERNAL);
	lbr_account_release(&locked);
}
END_TEST

START_TEST(stale_when_the_account_changed_meanwhile)
{
	struct lbr_locked_account first, second;

	scratch_enter();
	scratch_enroll("stale");
	first = open_hold("stale");
	lbr_account_unlock(&first);
	second = open_hold("stale");
	ck_assert_int_eq(lbr_account_commit(&second, NULL), LBR_OK);
	lbr_account_release(&second);
	ck_assert_int_eq(lbr_account_relock(&first, NULL), LBR_ERR_STALE);
	ck_assert_int_eq(lbr_account_commit_counters(&first, NULL), LBR_ERR_INTERNAL); /* it does not hold the lock */
	ck_assert_int_eq(try_open("stale"), LBR_OK);
	lbr_account_release(&first);
}
END_TEST

START_TEST(stale_when_the_account_was_removed_and_made_anew)
{
	struct lbr_locked_account gone, replaced;

	scratch_enter();
	scratch_enroll("renewed");
	gone = open_hold("renewed");
	lbr_account_unlock(&gone);
	ck_assert_int_eq(lbr_store_remove(scratch.store, "renewed", NULL), LBR_OK);
	ck_assert_int_eq(lbr_account_relock(&gone, NULL), LBR_ERR_STALE);
	ck_assert_int_eq(try_open("renewed"), LBR_ERR_ABSENT);
	scratch_enroll("renewed"); /* generation 1 again */
	ck_assert_int_eq(lbr_account_relock(&gone, NULL), LBR_ERR_STALE);
	lbr_account_release(&gone);
	replaced = open_hold("renewed");
	ck_assert_uint_eq(replaced.account.generation, 1);
	lbr_account_release(&replaced);
}
END_TEST

static enum lbr_error free_name(const char *name, struct lbr_reason *reason)
{
	reason->text[0] = '\0';
	return lbr_store_is_free(scratch.store, name, reason);
}

START_TEST(sec_1_10_look_alikes_are_nobody)
{
	static const char *const taken[] = { "maude", "MAUDE", "Maude", ("\xef\xbd\x8d" "aude"), "zoe\xcc\x81.free", "ZO\xc3\x89.free" };
	static const char *const others[] = { "maud", "maude.b", "nobody", "root", "", "-maude", "a b", "\xff\xfe" };
	struct lbr_reason reason;
	char path[512];
	size_t i;

	scratch_enter();
	scratch_enroll("maude");
	scratch_enroll("zo\xc3\xa9.free");
	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		ck_assert_int_eq(free_name(taken[i], &reason), LBR_ERR_EXISTS);
		ck_assert_ptr_nonnull(strstr(reason.text, i < 4 ? "maude" : "zo\xc3\xa9.free"));
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_msg(free_name(others[i], &reason) == LBR_OK, "%s: %s", others[i], reason.text);
	/* Half of a restore: the counters came back, the account did not. */
	snprintf(path, sizeof(path), "%s", scratch_path("accounts", "maude"));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(free_name("maude", &reason), LBR_ERR_DAMAGED);
	ck_assert_ptr_nonnull(strstr(reason.text, "liberations remove maude"));
	ck_assert_int_eq(lbr_store_remove(scratch.store, "maude", NULL), LBR_OK);
	ck_assert_int_eq(free_name("maude", &reason), LBR_OK);
}
END_TEST

START_TEST(sec_1_10_look_alikes_are_not_enrolled)
{
	static const char *const names[] = { "ALICE", "Alice", "\xef\xbd\x81lice" };
	struct lbr_reason reason = { .text = "" };
	struct lbr_account account;
	size_t i;

	scratch_enter();
	scratch_enroll("alice");
	scratch_enroll("alice@dom");
	scratch_enroll("zo\xc3\xa9.look");
	for (i = 0; i < 3; i++) {
		account = scratch_account(names[i]);
		ck_assert_int_eq(lbr_store_create(scratch.store, &account, &reason), LBR_ERR_EXISTS);
		ck_assert_ptr_nonnull(strstr(reason.text, "looks like alice"));
		ck_assert_int_eq(try_open(names[i]), LBR_ERR_ABSENT); /* and it is not the same account either */
	}
	account = scratch_account("zoe\xcc\x81.look");
	ck_assert_int_eq(lbr_store_create(scratch.store, &account, NULL), LBR_ERR_EXISTS);
	account = scratch_account("alice");
	ck_assert_int_eq(lbr_store_create(scratch.store, &account, NULL), LBR_ERR_EXISTS);
	ck_assert_int_eq(try_open("alice "), LBR_ERR_ABSENT);
	ck_assert_int_eq(try_open("\talice"), LBR_ERR_ABSENT);
}
END_TEST

START_TEST(sec_1_38_impossible_names_touch_nothing)
{
	static const char *const names[] = { "", ".", "..", "a/b", "../../key", "#x", "a,b", "a:b", "-x", "%n", "a\nb",
	                                     "\xff", ".lock" };
	struct lbr_account account = {0};
	char name[301];
	size_t i;

	scratch_enter();
	account = scratch_account("model");
	memset(name, 'a', sizeof(name));
	name[300] = '\0';
	ck_assert_int_eq(try_open(name), LBR_ERR_ABSENT);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ck_assert_msg(try_open(names[i]) == LBR_ERR_ABSENT, "'%s'", names[i]);
		ck_assert_int_eq(lbr_store_remove(scratch.store, names[i], NULL), LBR_ERR_ABSENT);
		memset(account.name, 0, sizeof(account.name));
		memcpy(account.name, names[i], strlen(names[i]));
		ck_assert_int_eq(lbr_store_create(scratch.store, &account, NULL), LBR_ERR_SYNTAX);
	}
}
END_TEST

/* Holds `name` with `password` as its own, set at `set_s`, and commits the account, and the history if `both`. */
static void change_password(const char *name, char password, long set_s, bool both)
{
	struct lbr_locked_account locked = open_hold(name);
	struct lbr_history history;

	ck_assert_int_eq(lbr_account_load_history(&locked, 10, &history, NULL), LBR_OK); /* heals with the old one first */
	locked.account.password_kind = LBR_PASSWORD_OWN;
	locked.account.invited_until_s = 0;
	locked.account.password_set_s = set_s;
	snprintf(locked.account.password_hash, sizeof(locked.account.password_hash), "%s%c", HASH, password);
	ck_assert_int_eq(lbr_account_commit(&locked, NULL), LBR_OK);
	lbr_history_heal(&history, &locked.account, 10);
	if (both)
		ck_assert_int_eq(lbr_account_commit_history(&locked, &history, NULL), LBR_OK);
	lbr_account_release(&locked);
}

static void history_is(const char *name, const char *letters)
{
	struct lbr_locked_account locked = open_hold(name);
	struct lbr_history history;
	unsigned i;

	ck_assert_int_eq(lbr_account_load_history(&locked, 10, &history, NULL), LBR_OK);
	ck_assert_uint_eq(history.count, strlen(letters));
	for (i = 0; i < history.count; i++)
		ck_assert_int_eq(history.entries[i].hash[strlen(HASH)], letters[i]);
	lbr_account_release(&locked);
}

START_TEST(sec_1_39_histories_stay_apart)
{
	scratch_enter();
	scratch_enroll("bob");
	scratch_enroll("bobby");
	history_is("bob", ""); /* a temporary password is none */
	change_password("bob", 'a', 1, true);
	change_password("bob", 'b', 2, true);
	change_password("bobby", 'x', 1, true);
	history_is("bob", "ba");
	history_is("bobby", "x");
}
END_TEST

START_TEST(history_heals_after_a_crash_between_the_files)
{
	scratch_enter();
	scratch_enroll("healing");
	change_password("healing", 'a', 1, true);
	change_password("healing", 'b', 2, false); /* killed before the history was written */
	history_is("healing", "ba");
	change_password("healing", 'c', 3, true);
	history_is("healing", "cba");
}
END_TEST

START_TEST(history_does_not_outlive_its_account)
{
	scratch_enter();
	scratch_enroll("leaver");
	change_password("leaver", 'a', 1, true);
	ck_assert_int_eq(lbr_store_remove(scratch.store, "leaver", NULL), LBR_OK);
	ck_assert_int_eq(access(scratch_path("history", "leaver"), F_OK), -1);
	ck_assert_int_eq(lbr_store_remove(scratch.store, "leaver", NULL), LBR_ERR_ABSENT);
	scratch_enroll("leaver");
	history_is("leaver", "");
}
END_TEST

START_TEST(leftovers_of_a_killed_enrollment_are_replaced)
{
	struct lbr_locked_account locked;

	scratch_enter();
	scratch_enroll("halfway");
	change_password("halfway", 'a', 1, true);
	locked = open_hold("halfway");
	locked.counters.last_step = 99;
	ck_assert_int_eq(lbr_account_commit_counters(&locked, NULL), LBR_OK);
	lbr_account_release(&locked);
	ck_assert_int_eq(unlink(scratch_path("accounts", "halfway")), 0);
	ck_assert_int_eq(try_open("halfway"), LBR_ERR_ABSENT);
	scratch_enroll("halfway");
	history_is("halfway", "");
	locked = open_hold("halfway");
	ck_assert_int_eq(locked.counters.last_step, 0);
	lbr_account_release(&locked);
}
END_TEST

START_TEST(decoys_are_charged_like_accounts)
{
	static const char *const names[] = { "nobody", "", "../..", "a\nb\xff", "alice" };
	struct lbr_history history;
	struct lbr_locked_account locked;
	size_t i;

	scratch_enter();
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int64_t before;

		ck_assert_int_eq(lbr_account_lock_decoy(scratch.store, names[i], &locked, NULL), LBR_OK);
		ck_assert(!locked.known);
		ck_assert_str_eq(locked.account.name, "");
		ck_assert_str_eq(locked.account.password_hash, "");
		before = locked.counters.last_sign_in_s;
		ck_assert_int_eq(lbr_account_take_permit(&locked, LBR_LANE_STRANGER, NULL), LBR_OK);
		lbr_account_unlock(&locked);
		ck_assert_int_eq(lbr_account_relock(&locked, NULL), LBR_OK);
		locked.counters.last_sign_in_s++;
		ck_assert_int_eq(lbr_account_commit_counters(&locked, NULL), LBR_OK);
		ck_assert_int_eq(lbr_account_commit(&locked, NULL), LBR_ERR_INTERNAL);
		ck_assert_int_eq(lbr_account_load_history(&locked, 10, &history, NULL), LBR_ERR_INTERNAL);
		lbr_account_release(&locked);
		ck_assert_int_eq(lbr_account_lock_decoy(scratch.store, names[i], &locked, NULL), LBR_OK);
		ck_assert_int_eq(locked.counters.last_sign_in_s, before + 1);
		lbr_account_release(&locked);
	}
}
END_TEST

START_TEST(lock_is_waited_for_with_a_bound)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_locked_account locked, second;
	struct timespec start;

	scratch_enter();
	scratch_enroll("busy");
	locked = open_hold("busy");
	ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &start), 0);
	ck_assert_int_eq(lbr_account_lock(scratch.store, "busy", &second, &reason), LBR_ERR_BUSY);
	ck_assert_int_ge(elapsed_ms(&start), LBR_LOCK_WAIT_MS);
	ck_assert_int_lt(elapsed_ms(&start), LBR_LOCK_WAIT_MS + 30000);
	ck_assert_ptr_null(second.impl);
	lbr_account_unlock(&locked);
	ck_assert_int_eq(try_open("busy"), LBR_OK);
	lbr_account_release(&locked);
}
END_TEST

START_TEST(seats_are_three_and_come_back)
{
	struct lbr_locked_account holds[LBR_PERMITS + 1], console;
	int i;

	scratch_enter();
	scratch_enroll("seated");
	for (i = 0; i < LBR_PERMITS; i++) {
		holds[i] = open_hold("seated");
		ck_assert_int_eq(lbr_account_take_permit(&holds[i], LBR_LANE_STRANGER, NULL), LBR_OK);
		ck_assert_int_eq(lbr_account_take_permit(&holds[i], LBR_LANE_STRANGER, NULL), LBR_OK); /* one is enough */
		lbr_account_unlock(&holds[i]);
	}
	console = open_hold("seated"); /* the other lane has its own */
	ck_assert_int_eq(lbr_account_take_permit(&console, LBR_LANE_CONSOLE, NULL), LBR_OK);
	lbr_account_release(&console);
	holds[i] = open_hold("seated");
	ck_assert_int_eq(lbr_account_take_permit(&holds[i], LBR_LANE_STRANGER, NULL), LBR_ERR_BUSY);
	ck_assert_int_eq(lbr_account_commit_counters(&holds[i], NULL), LBR_ERR_INTERNAL); /* and the lock is free again */
	lbr_account_release(&holds[i]);
	lbr_account_release(&holds[1]);
	holds[1] = open_hold("seated");
	ck_assert_int_eq(lbr_account_take_permit(&holds[1], LBR_LANE_STRANGER, NULL), LBR_OK);
	for (i = 0; i < LBR_PERMITS; i++)
		lbr_account_release(&holds[i]);
}
END_TEST

START_TEST(misuse_is_refused)
{
	struct lbr_locked_account locked = {0};
	struct lbr_history history;

	scratch_enter();
	scratch_enroll("misused");
	ck_assert_int_eq(lbr_account_commit_counters(&locked, NULL), LBR_ERR_INTERNAL);
	ck_assert_int_eq(lbr_account_relock(&locked, NULL), LBR_ERR_INTERNAL);
	ck_assert_int_eq(lbr_account_load_history(&locked, 10, &history, NULL), LBR_ERR_INTERNAL);
	lbr_account_unlock(&locked);
	lbr_account_release(&locked);
	locked = open_hold("misused");
	ck_assert_int_eq(lbr_account_relock(&locked, NULL), LBR_ERR_INTERNAL);
	lbr_account_unlock(&locked);
	lbr_account_unlock(&locked);
	ck_assert_int_eq(lbr_account_commit_counters(&locked, NULL), LBR_ERR_INTERNAL);
	ck_assert_int_eq(lbr_account_commit(&locked, NULL), LBR_ERR_INTERNAL);
	ck_assert_int_eq(lbr_account_take_permit(&locked, LBR_LANE_STRANGER, NULL), LBR_ERR_INTERNAL);
	lbr_account_release(&locked);
	lbr_account_release(&locked);
}
END_TEST

START_TEST(rebuild_mends_lost_and_damaged_counters)
{
	const struct lbr_counters counters = { .last_step = 55, .recovery_set = 2 };
	struct lbr_reason reason = { .text = "" };
	struct lbr_locked_account locked;
	int way;

	scratch_enter();
	scratch_enroll("repaired");
	for (way = 0; way < 5; way++) {
		const char *path = scratch_path("counters", "repaired");

		if (way == 1)
			ck_assert_int_eq(unlink(path), 0);
		if (way == 2)
			ck_assert_int_eq(truncate(path, 100), 0);
		if (way == 3)
			ck_assert_int_eq(truncate(path, 0) | truncate(path, LBR_COUNTERS_FILE_LEN), 0);
		if (way == 4)
			ck_assert_int_eq(chmod(path, 0666), 0);
		if (way > 0) {
			enum lbr_error error = lbr_account_lock(scratch.store, "repaired", &locked, &reason);

			ck_assert_int_eq(error, way == 4 ? LBR_ERR_UNSAFE : LBR_ERR_DAMAGED);
			ck_assert_msg(way == 4 || strstr(reason.text, "liberations unlock --rebuild repaired") != NULL, "%s",
			              reason.text);
		}
		ck_assert_msg(lbr_store_rebuild_counters(scratch.store, "repaired", &counters, &reason) == LBR_OK, "%s",
		              reason.text);
		locked = open_hold("repaired");
		ck_assert_int_eq(locked.counters.last_step, 55);
		ck_assert_uint_eq(locked.counters.recovery_set, 2);
		locked.counters.last_step = way;
		ck_assert_int_eq(lbr_account_commit_counters(&locked, NULL), LBR_OK);
		lbr_account_release(&locked);
	}
	ck_assert_int_eq(lbr_store_rebuild_counters(scratch.store, "stranger", &counters, NULL), LBR_ERR_ABSENT);
	ck_assert_int_eq(access(scratch_path("counters", "stranger"), F_OK), -1);
}
END_TEST

struct seen {
	unsigned all, sound, without_counters, damaged, stop_after;
	char     reason[LBR_REASON_MAX];
};

static int see(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
               const struct lbr_reason *reason)
{
	struct seen *seen = context;

	seen->all++;
	if (account == NULL) {
		seen->damaged++;
		ck_assert_ptr_null(counters);
		memcpy(seen->reason, reason->text, sizeof(seen->reason));
	} else {
		ck_assert_str_eq(account->name, name);
		seen->sound += counters != NULL;
		seen->without_counters += counters == NULL;
	}
	return seen->stop_after != 0 && seen->all >= seen->stop_after;
}

START_TEST(list_tells_every_account)
{
	struct seen before = {0}, after = {0}, some = { .stop_after = 2 };
	char name[16], foreign[600];
	int i, fd;

	scratch_enter();
	ck_assert_int_eq(lbr_store_list(scratch.store, see, &before, NULL), LBR_OK);
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "listed%d", i);
		scratch_enroll(name);
	}
	ck_assert_int_eq(truncate(scratch_path("accounts", "listed3"), 10), 0);
	ck_assert_int_eq(unlink(scratch_path("counters", "listed4")), 0);
	snprintf(foreign, sizeof(foreign), "%s~", scratch_path("accounts", "listed5"));
	fd = open(foreign, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	close(fd);
	snprintf(foreign, sizeof(foreign), "%s/accounts/00/.leftover.tmp", scratch.state);
	fd = open(foreign, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	close(fd);
	ck_assert_int_eq(lbr_store_list(scratch.store, see, &after, NULL), LBR_OK);
	ck_assert_uint_eq(after.all, before.all + 21);
	ck_assert_uint_eq(after.damaged, before.damaged + 2);
	ck_assert_uint_eq(after.without_counters, before.without_counters + 1);
	ck_assert_uint_eq(after.sound, before.sound + 18);
	ck_assert_int_eq(lbr_store_list(scratch.store, see, &some, NULL), LBR_OK);
	ck_assert_uint_eq(some.all, 2);
	/* A damaged one can be taken away. */
	ck_assert_int_eq(lbr_store_remove(scratch.store, "listed3", NULL), LBR_OK);
	ck_assert_int_eq(lbr_store_remove(scratch.store, "listed4", NULL), LBR_OK);
	ck_assert_int_eq(try_open("listed4"), LBR_ERR_ABSENT);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("store");
	TCase *tcase = tcase_create("store");

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 30);
	tcase_add_unchecked_fixture(tcase, scratch_make, scratch_remove);
	tcase_add_test(tcase, lay_out_is_repeatable);
	tcase_add_test(tcase, store_must_be_ours_alone);
	tcase_add_test(tcase, root_never_opens_the_store);
	tcase_add_test(tcase, counters_come_back);
	tcase_add_test(tcase, account_changes_raise_the_generation);
	tcase_add_test(tcase, stale_when_the_account_changed_meanwhile);
	tcase_add_test(tcase, stale_when_the_account_was_removed_and_made_anew);
	tcase_add_test(tcase, sec_1_10_look_alikes_are_nobody);
	tcase_add_test(tcase, sec_1_10_look_alikes_are_not_enrolled);
	tcase_add_test(tcase, sec_1_38_impossible_names_touch_nothing);
	tcase_add_test(tcase, sec_1_39_histories_stay_apart);
	tcase_add_test(tcase, history_heals_after_a_crash_between_the_files);
	tcase_add_test(tcase, history_does_not_outlive_its_account);
	tcase_add_test(tcase, leftovers_of_a_killed_enrollment_are_replaced);
	tcase_add_test(tcase, decoys_are_charged_like_accounts);
	tcase_add_test(tcase, lock_is_waited_for_with_a_bound);
	tcase_add_test(tcase, seats_are_three_and_come_back);
	tcase_add_test(tcase, misuse_is_refused);
	tcase_add_test(tcase, rebuild_mends_lost_and_damaged_counters);
	tcase_add_test(tcase, list_tells_every_account);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
