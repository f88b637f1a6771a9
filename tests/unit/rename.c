/* Another name for an account: what its parts are keyed under stays, its file says so in version 3, and no two renames wait for
 * each other. What every kind of store promises is in conformance.c; a rename that is killed, in commit_crash.c. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/change_stage.h"

#include <liberations/attempt.h>
#include <liberations/recovery.h>
#include <liberations/token.h>

#include "../../lib/store/file/file_store.h"

#define STEP (BORN / LBR_STEP_S)
#define HOME "rhost 192.0.2.7"

/* No power is cut here. */
int fsync(int fd)
{
	(void)fd;
	return 0;
}

static const unsigned char key[LBR_TOKEN_KEY_LEN] = { 3, 1, 4, 1, 5 };

static void rename_to(const char *from, const char *to)
{
	struct lbr_reason reason = { .text = "" };

	ck_assert_msg(lbr_store_rename(scratch.store, from, to, false, &reason) == LBR_OK, "%s to %s: %s", from, to, reason.text);
}

/* --- sign-ins --- */

static struct lbr_outcome sign_in(const char *name, const char *place, const char *code)
{
	struct lbr_secret password = numbered(0), typed = {0};
	struct lbr_attempt attempt = { .name = name, .password = &password, .code = &typed, .place = place };
	struct lbr_outcome outcome;

	ck_assert_int_eq(lbr_secret_set(&typed, code, strlen(code)), LBR_OK);
	ck_assert_int_eq(lbr_attempt_run(scratch.store, scratch.keyring, &settings, &attempt, &outcome, NULL), LBR_OK);
	return outcome;
}

static struct lbr_outcome sign_in_at(const char *name, const char *place, int64_t step)
{
	char code[LBR_CODE_DIGITS + 1];

	scratch.now_s = step * LBR_STEP_S;
	ck_assert_int_eq(lbr_token_code(key, step, code), LBR_OK);
	return sign_in(name, place, code);
}

static struct lbr_recovery_sheet make(const char *name)
{
	struct lbr_secret password = numbered(0);
	struct lbr_recovery_sheet sheet;
	struct lbr_counters counters = { .last_step = STEP - 10 };
	struct lbr_account account;

	scratch.now_s = BORN;
	account = scratch_own_account(name, key, (const char *)password.bytes);
	ck_assert_int_eq(lbr_recovery_draw(scratch.keyring, &account, &sheet), LBR_OK);
	counters.recovery_set = account.recovery_set;
	ck_assert_int_eq(lbr_store_create(scratch.store, &(struct lbr_record){ &account, &counters, NULL }, NULL), LBR_OK);
	return sheet;
}

START_TEST(the_phone_the_password_and_the_sheet_go_on_under_the_new_name)
{
	struct lbr_recovery_sheet sheet;

	enter();
	sheet = make("marie.roy");
	ck_assert_int_eq(sign_in_at("marie.roy", HOME, STEP).verdict, LBR_ALLOW);
	ck_assert_int_eq(sign_in("marie.roy", HOME, sheet.codes[0]).verdict, LBR_ALLOW);
	rename_to("marie.roy", "marie.tremblay");
	ck_assert_int_eq(sign_in_at("marie.tremblay", HOME, STEP).verdict, LBR_DENY_USED_CODE);
	ck_assert_int_eq(sign_in("marie.tremblay", HOME, sheet.codes[0]).verdict, LBR_DENY_USED_CODE);
	ck_assert_int_eq(sign_in("marie.tremblay", HOME, sheet.codes[1]).verdict, LBR_ALLOW);
	ck_assert_int_eq(sign_in_at("marie.roy", HOME, STEP + 1).verdict, LBR_DENY);
	ck_assert_int_eq(sign_in_at("marie.tremblay", HOME, STEP + 1).verdict, LBR_ALLOW);
	ck_assert_int_eq(sign_in_at("marie.roy", HOME, STEP + 2).verdict, LBR_DENY);
	rename_to("marie.tremblay", "marie.roy");
	ck_assert_int_eq(sign_in_at("marie.roy", HOME, STEP + 1).verdict, LBR_DENY_USED_CODE);
	ck_assert_int_eq(sign_in_at("marie.roy", HOME, STEP + 2).verdict, LBR_ALLOW);
	ck_assert_int_eq(sign_in("marie.roy", HOME, sheet.codes[2]).verdict, LBR_ALLOW);
}
END_TEST

/* Known places, failures and marks of wrong answers: a new name is no way out of a lock, and shuts nobody out. */
START_TEST(places_failures_and_marks_stay)
{
	struct lbr_outcome outcome;
	struct lbr_view view;

	enter();
	make("old.name");
	ck_assert_int_eq(sign_in_at("old.name", HOME, STEP).verdict, LBR_ALLOW);
	outcome = sign_in("old.name", "rhost 198.51.100.9", "123456");
	ck_assert_int_eq(outcome.lane, LBR_LANE_STRANGER);
	ck_assert_int_eq(outcome.uncounted, LBR_COUNTED);
	rename_to("old.name", "new.name");
	scratch.now_s += LBR_STEP_S;
	ck_assert_int_eq(sign_in("new.name", "rhost 198.51.100.9", "123456").uncounted, LBR_UNCOUNTED_REPEATED);
	outcome = sign_in("new.name", HOME, "654321");
	ck_assert_int_eq(outcome.lane, LBR_LANE_KNOWN);
	view = scratch_view("new.name");
	ck_assert_uint_eq(view.counters.lanes[LBR_LANE_STRANGER].code_failures, 1);
	ck_assert_uint_eq(view.counters.lanes[LBR_LANE_KNOWN].code_failures, 1);
	lbr_view_release(&view);
}
END_TEST

/* --- the file --- */

static size_t write_text(const struct lbr_account *account, char text[LBR_ACCOUNT_TEXT_MAX])
{
	size_t len;

	ck_assert_int_eq(lbr_account_encode(account, scratch.keyring, text, &len, NULL), LBR_OK);
	return len;
}

/* A release that knows only version 2 reads everybody else. */
START_TEST(only_a_renamed_account_is_of_version_3)
{
	char text[LBR_ACCOUNT_TEXT_MAX];
	struct lbr_account account, read;
	size_t len;

	enter();
	account = scratch_account("bob");
	write_text(&account, text);
	ck_assert_ptr_nonnull(strstr(text, "liberations-account 2\nname bob\ngeneration"));
	snprintf(account.keyed_name, sizeof(account.keyed_name), "robert");
	len = write_text(&account, text);
	ck_assert_ptr_nonnull(strstr(text, "liberations-account 3\nname bob\nkeyed-name robert\nnew-name -\ngeneration"));
	ck_assert_int_eq(lbr_account_decode(text, len, "bob", scratch.keyring, &read, NULL), LBR_OK);
	ck_assert_str_eq(read.keyed_name, "robert");
	ck_assert_int_eq(lbr_account_decode(text, len, "robert", scratch.keyring, &read, NULL), LBR_ERR_DAMAGED);
	snprintf(account.keyed_name, sizeof(account.keyed_name), "bob");
	ck_assert_int_eq(lbr_account_encode(&account, scratch.keyring, text, &len, NULL), LBR_ERR_SYNTAX);
	snprintf(account.keyed_name, sizeof(account.keyed_name), "../bob");
	ck_assert_int_eq(lbr_account_encode(&account, scratch.keyring, text, &len, NULL), LBR_ERR_SYNTAX);
}
END_TEST

/* In the middle of a rename: sound under the two names that it bears, and under no other; one byte more or less is damage. */
START_TEST(sec_1_40_a_moving_account_is_sound_under_its_two_names_alone)
{
	char text[LBR_ACCOUNT_TEXT_MAX];
	struct lbr_account account, read;
	size_t len, at;

	enter();
	account = scratch_account("bob");
	snprintf(account.new_name, sizeof(account.new_name), "robert");
	len = write_text(&account, text);
	ck_assert_int_eq(lbr_account_decode(text, len, "bob", scratch.keyring, &read, NULL), LBR_OK);
	ck_assert_str_eq(read.name, "bob");
	ck_assert_str_eq(lbr_account_keyed_name(&read), "bob");
	ck_assert_int_eq(lbr_account_decode(text, len, "robert", scratch.keyring, &read, NULL), LBR_OK);
	ck_assert_str_eq(read.name, "robert");
	ck_assert_str_eq(read.keyed_name, "bob");
	ck_assert_str_eq(read.former_name, "bob");
	ck_assert_str_eq(read.new_name, "");
	ck_assert_int_eq(lbr_account_decode(text, len, "mallory", scratch.keyring, &read, NULL), LBR_ERR_DAMAGED);
	ck_assert_str_eq(read.name, "");
	for (at = 0; at < len; at++) {
		text[at] ^= 1;
		ck_assert_int_ne(lbr_account_decode(text, len, "robert", scratch.keyring, &read, NULL), LBR_OK);
		ck_assert_int_ne(lbr_account_decode(text, len, "bob", scratch.keyring, &read, NULL), LBR_OK);
		text[at] ^= 1;
		ck_assert_int_ne(lbr_account_decode(text, at, "robert", scratch.keyring, &read, NULL), LBR_OK);
	}
}
END_TEST

/* --- mutexes --- */

static void number_of(const char *name, unsigned *ret_shard, unsigned *ret_record)
{
	const struct lbr_file_store *store = (struct lbr_file_store *)scratch.store;
	struct lbr_account_path path;

	ck_assert_int_eq(lbr_account_path_of(name, &path), LBR_OK);
	*ret_shard = lbr_shard_lock_number(store, path.shard);
	*ret_record = lbr_record_lock_number(store, &path);
}

/* A holder that took the same mutex twice would wait for itself. */
START_TEST(names_that_share_a_mutex_are_renamed)
{
	unsigned shard, record, other_shard, other_record, n = 0, shards = 0, records = 0;
	char name[24] = "shared0", other[24];

	enter();
	scratch_enroll(name);
	while (shards == 0 || records == 0) {
		snprintf(other, sizeof(other), "shared%u", ++n);
		number_of(name, &shard, &record);
		number_of(other, &other_shard, &other_record);
		if (shard != other_shard && record != other_record)
			continue;
		rename_to(name, other);
		shards += shard == other_shard;
		records += record == other_record;
		memcpy(name, other, sizeof(name));
	}
}
END_TEST

/* Else a sign-in under the old name could commit between the copying of its counters and the change. */
START_TEST(both_names_and_their_shards_are_locked_meanwhile)
{
	const struct lbr_file_store *store;
	const struct lbr_deadline soon = { .until_ms = 0 };
	struct lbr_account_path paths[2];
	unsigned which, number;

	enter();
	store = (struct lbr_file_store *)scratch.store;
	scratch_enroll("here");
	ck_assert_int_eq(lbr_account_path_of("here", &paths[0]), LBR_OK);
	ck_assert_int_eq(lbr_account_path_of("there", &paths[1]), LBR_OK);
	for (which = 0; which < 4; which++) {
		ck_assert_int_eq(which < 2 ? lbr_record_lock(store, &paths[which], &number, NULL) :
		                             lbr_shard_lock(store, paths[which - 2].shard, &number, NULL), LBR_OK);
		lbr_store_set_deadline(scratch.store, &soon);
		ck_assert_int_eq(lbr_store_rename(scratch.store, "here", "there", false, NULL), LBR_ERR_BUSY);
		lbr_store_set_deadline(scratch.store, NULL);
		lbr_lock_give(store, number);
	}
	rename_to("here", "there");
}
END_TEST

#define ROUNDS 40
#define CROWD 4

/* Each renames its own account there and back, through the shards of the others. */
static void go_round(unsigned who)
{
	char names[2][24];
	unsigned round;
	enum lbr_error error = LBR_OK;

	snprintf(names[0], sizeof(names[0]), "cross%u", who);
	snprintf(names[1], sizeof(names[1]), "cross%u.again", who);
	for (round = 0; round < ROUNDS && error == LBR_OK; round++)
		error = lbr_store_rename(scratch.store, names[round % 2], names[(round + 1) % 2], false, NULL);
	_exit(error == LBR_OK ? 0 : 1);
}

START_TEST(renames_do_not_wait_for_each_other_in_a_circle)
{
	pid_t children[CROWD];
	char name[24];
	unsigned who;
	int status;

	enter();
	for (who = 0; who < CROWD; who++) {
		snprintf(name, sizeof(name), "cross%u", who);
		scratch_enroll(name);
	}
	for (who = 0; who < CROWD; who++) {
		children[who] = fork();
		if (children[who] == 0)
			go_round(who);
		ck_assert_int_gt(children[who], 0);
	}
	for (who = 0; who < CROWD; who++) {
		ck_assert_int_eq(waitpid(children[who], &status, 0), children[who]);
		ck_assert_int_eq(status, 0);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("rename");
	TCase *tests = tcase_create("rename");

	tcase_add_unchecked_fixture(tests, scratch_make, scratch_remove);
	tcase_add_test(tests, the_phone_the_password_and_the_sheet_go_on_under_the_new_name);
	tcase_add_test(tests, places_failures_and_marks_stay);
	tcase_add_test(tests, only_a_renamed_account_is_of_version_3);
	tcase_add_test(tests, sec_1_40_a_moving_account_is_sound_under_its_two_names_alone);
	tcase_add_test(tests, names_that_share_a_mutex_are_renamed);
	tcase_add_test(tests, both_names_and_their_shards_are_locked_meanwhile);
	tcase_add_test(tests, renames_do_not_wait_for_each_other_in_a_circle);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
