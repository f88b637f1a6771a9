/* The file store: what its files and directories must be. What every kind of store promises is tested in conformance.c. */
#include <liberations/store.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/codec.h>

#include "support/check_main.h"
#include "support/scratch_store.h"
#include "support/unprivileged.h"

static enum lbr_error try_open(const char *name)
{
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(scratch.store, name, &view, NULL);

	lbr_view_release(&view);
	return error;
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
	ck_assert_int_eq(lbr_store_open("relative", scratch.keyring, scratch_now_s, &store, NULL), LBR_ERR_SYNTAX);
	ck_assert_int_eq(lbr_store_open("/nonexistent/liberations", scratch.keyring, scratch_now_s, &store, &reason), LBR_ERR_ABSENT);
	ck_assert_ptr_nonnull(strstr(reason.text, "liberations init"));
	ck_assert_int_eq(lbr_store_open(scratch.dir, scratch.keyring, scratch_now_s, &store, &reason), LBR_ERR_ABSENT);
	ck_assert_int_eq(lbr_store_open("/", scratch.keyring, scratch_now_s, &store, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(lbr_store_open(scratch.key, scratch.keyring, scratch_now_s, &store, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(chmod(scratch.state, 0750), 0);
	ck_assert_int_eq(lbr_store_open(scratch.state, scratch.keyring, scratch_now_s, &store, NULL), LBR_ERR_UNSAFE);
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
	ck_assert_int_eq(lbr_store_open(scratch.state, keyring, scratch_now_s, &store, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(lbr_store_lay_out(scratch.state, keyring, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(chown(scratch.key, UNPRIVILEGED_UID, UNPRIVILEGED_UID), 0);
	lbr_keyring_free(keyring);
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

static void own_password(struct lbr_view *view, const void *context)
{
	(void)context;
	view->account.password_kind = LBR_PASSWORD_OWN;
	view->account.invited_until_s = 0;
	lbr_history_heal(&view->history, &view->account, 10);
	view->counters.last_step = 99;
}

START_TEST(leftovers_of_a_killed_enrollment_are_replaced)
{
	struct lbr_view view;

	scratch_enter();
	scratch_enroll("halfway");
	scratch_change_of("halfway", LBR_PART_COUNTERS | LBR_PART_ACCOUNT | LBR_PART_HISTORY, own_password, NULL);
	ck_assert_int_eq(access(scratch_path("history", "halfway"), F_OK), 0);
	ck_assert_int_eq(unlink(scratch_path("accounts", "halfway")), 0);
	ck_assert_int_eq(try_open("halfway"), LBR_ERR_ABSENT);
	scratch_enroll("halfway");
	view = scratch_view("halfway");
	ck_assert_int_eq(view.counters.last_step, 0);
	ck_assert_int_eq(lbr_view_load_history(&view, 10, NULL), LBR_OK);
	ck_assert_uint_eq(view.history.count, 0);
	lbr_view_release(&view);
}
END_TEST

START_TEST(removal_leaves_no_file)
{
	static const char *const trees[] = { "accounts", "history", "counters" };
	size_t i;

	scratch_enter();
	scratch_enroll("leaver");
	scratch_change_of("leaver", LBR_PART_ACCOUNT | LBR_PART_HISTORY, own_password, NULL);
	ck_assert_int_eq(lbr_store_remove(scratch.store, "leaver", NULL), LBR_OK);
	for (i = 0; i < 3; i++)
		ck_assert_int_eq(access(scratch_path(trees[i], "leaver"), F_OK), -1);
}
END_TEST

static void put_step(struct lbr_view *view, const void *context)
{
	view->counters.last_step = *(const int64_t *)context;
}

START_TEST(rebuild_replaces_lost_and_damaged_counters)
{
	const struct lbr_counters counters = { .last_step = 55, .recovery_set = 2 };
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	int64_t step;
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
			enum lbr_error error = lbr_store_load(scratch.store, "repaired", &view, &reason);

			ck_assert_int_eq(error, way == 4 ? LBR_ERR_UNSAFE : LBR_ERR_DAMAGED);
			ck_assert_msg(way == 4 || strstr(reason.text, "liberations unlock --rebuild repaired") != NULL, "%s",
			              reason.text);
		}
		ck_assert_msg(lbr_store_rebuild_counters(scratch.store, "repaired", &counters, &reason) == LBR_OK, "%s",
		              reason.text);
		view = scratch_view("repaired");
		ck_assert_int_eq(view.counters.last_step, 55);
		ck_assert_uint_eq(view.counters.recovery_set, 2);
		step = way;
		ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, put_step, &step), LBR_OK);
		lbr_view_release(&view);
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
	tcase_add_unchecked_fixture(tcase, scratch_make, scratch_remove);
	tcase_add_test(tcase, lay_out_is_repeatable);
	tcase_add_test(tcase, store_must_be_ours_alone);
	tcase_add_test(tcase, root_never_opens_the_store);
	tcase_add_test(tcase, sec_1_10_look_alikes_are_nobody);
	tcase_add_test(tcase, leftovers_of_a_killed_enrollment_are_replaced);
	tcase_add_test(tcase, removal_leaves_no_file);
	tcase_add_test(tcase, rebuild_replaces_lost_and_damaged_counters);
	tcase_add_test(tcase, list_tells_every_account);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
