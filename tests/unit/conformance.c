/* What every kind of store promises (include/liberations/store.h), asked of each kind in turn: every MUST, every error. */
#include <liberations/store.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory_store.h"
#include "store_ops.h"
#include "support/check_main.h"
#include "support/scratch_store.h"
#include "support/shared_store.h"

#define HASH "$y$j75$abcdefghijklmnop$0123456789abcdefghijklmnopqrstuvwxyzABCDEF"
#define STRANGER LBR_LANE_STRANGER

enum kind { FILES, MEMORY, SHARED, KINDS };

/* Loop tests: `_i` is the kind. */
static void enter(int kind)
{
	struct lbr_store *memory;

	scratch_enter();
	scratch.now_s = 1900000000;
	if (kind == FILES)
		return;
	lbr_store_close(scratch.store);
	if (kind == SHARED) {
		scratch.store = shared_store_enter(scratch.keyring);
		return;
	}
	ck_assert_int_eq(lbr_memory_store_open(scratch.keyring, scratch_now_s, &memory, NULL), LBR_OK);
	scratch.store = memory;
}

static enum lbr_error load_and_drop(const char *name)
{
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(scratch.store, name, &view, NULL);

	ck_assert(error == LBR_OK || (!view.known && view.account.name[0] == '\0' && view.impl.store == NULL));
	lbr_view_release(&view);
	return error;
}

/* --- the edits --- */

static void count(struct lbr_view *view, const void *context)
{
	(void)context;
	view->counters.lanes[STRANGER].password_failures++;
	view->counters.last_step++;
}

static enum lbr_error count_edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	(void)reason;
	count(view, context);
	*ret_parts = LBR_PART_COUNTERS;
	return LBR_OK;
}

static void disable(struct lbr_view *view, const void *context)
{
	(void)context;
	view->account.disabled = true;
}

static void set_contact(struct lbr_view *view, const void *context)
{
	snprintf(view->account.contact, sizeof(view->account.contact), "%s", (const char *)context);
}

struct password {
	char    letter;
	int64_t set_s;
};

static void set_password(struct lbr_view *view, const void *context)
{
	const struct password *password = context;

	view->account.password_kind = LBR_PASSWORD_OWN;
	view->account.invited_until_s = 0;
	view->account.password_set_s = password->set_s;
	snprintf(view->account.password_hash, sizeof(view->account.password_hash), "%s%c", HASH, password->letter);
	lbr_history_heal(&view->history, &view->account, 10);
	view->counters.last_sign_in_s = password->set_s;
}

static void change_password(const char *name, char letter, int64_t set_s)
{
	const struct password password = { letter, set_s };
	struct lbr_view view = scratch_view(name);

	ck_assert_int_eq(lbr_view_load_history(&view, 10, NULL), LBR_OK);
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS | LBR_PART_ACCOUNT | LBR_PART_HISTORY, set_password, &password), LBR_OK);
	lbr_view_release(&view);
}

static void history_is(const char *name, const char *letters)
{
	struct lbr_view view = scratch_view(name);
	unsigned i;

	ck_assert_uint_eq(view.history.count, 0); /* nobody asked for it yet */
	ck_assert_int_eq(lbr_view_load_history(&view, 10, NULL), LBR_OK);
	ck_assert_uint_eq(view.history.count, strlen(letters));
	for (i = 0; i < view.history.count; i++)
		ck_assert_int_eq(view.history.entries[i].hash[strlen(HASH)], letters[i]);
	lbr_view_release(&view);
}

/* --- loading --- */

START_TEST(what_was_created_is_loaded)
{
	struct lbr_account made;
	struct lbr_view view;

	enter(_i);
	made = scratch_account("r.roy");
	made.generation = 77; /* ignored */
	scratch_create(&made);
	view = scratch_view("r.roy");
	made.generation = 1;
	ck_assert(view.known && memcmp(&view.account, &made, sizeof(made)) == 0);
	ck_assert_int_eq(view.counters.last_step, 0);
	ck_assert(_i == SHARED || view.now_s == 1900000000);
	ck_assert_uint_eq(view.history.count, 0);
	lbr_view_release(&view);
	ck_assert(!view.known && view.impl.store == NULL);
	ck_assert_int_eq(load_and_drop("r.ro"), LBR_ERR_ABSENT);
}
END_TEST

/* --- how often a record is read --- */

static const struct lbr_store_ops *real_ops;
static unsigned reads;

static enum lbr_error count_load(struct lbr_store *store, const struct lbr_place *place, bool history, struct lbr_row *row,
                                 struct lbr_reason *reason)
{
	reads++;
	return real_ops->load(store, place, history, row, reason);
}

START_TEST(one_read_takes_the_history_along)
{
	struct lbr_store_ops counting;
	struct lbr_view view;

	enter(_i);
	scratch_enroll("read");
	change_password("read", 'a', 1);
	change_password("read", 'b', 2);
	real_ops = scratch.store->ops;
	counting = *real_ops;
	counting.load = count_load;
	scratch.store->ops = &counting;
	reads = 0;
	ck_assert_int_eq(lbr_store_load_with_history(scratch.store, "read", 10, &view, NULL), LBR_OK);
	ck_assert_uint_eq(reads, 1);
	ck_assert_uint_eq(view.history.count, 2);
	ck_assert_int_eq(view.history.entries[0].hash[strlen(HASH)], 'b');
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_OK);
	ck_assert_uint_eq(view.history.count, 2); /* read anew, as the rest */
	lbr_view_release(&view);
	ck_assert_int_eq(load_and_drop("read"), LBR_OK);
	ck_assert_uint_eq(reads, 2);
	ck_assert_int_eq(lbr_store_load_with_history(scratch.store, "nobody", 10, &view, NULL), LBR_ERR_ABSENT);
	ck_assert(!view.known && view.impl.store == NULL);
	scratch.store->ops = real_ops;
}
END_TEST

START_TEST(time_comes_from_the_store)
{
	struct lbr_view view;

	enter(_i);
	scratch_enroll("timed");
	scratch.now_s = 2000000001;
	view = scratch_view("timed");
	ck_assert(_i == SHARED ? view.now_s != 2000000001 : view.now_s == 2000000001); /* the database has a clock of its own */
	ck_assert_int_eq(view.now_s, lbr_store_now_s(scratch.store));
	scratch.now_s = 2000000060;
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_OK);
	ck_assert(_i == SHARED || view.now_s == 2000000060); /* that of the commit */
	lbr_view_release(&view);
}
END_TEST

START_TEST(sec_1_38_impossible_names_touch_nothing)
{
	static const char *const names[] = { "", ".", "..", "a/b", "../../key", "#x", "a,b", "a:b", "-x", "%n", "a\nb", "\xff", ".lock" };
	struct lbr_account account;
	char name[301];
	size_t i;

	enter(_i);
	account = scratch_account("model");
	memset(name, 'a', sizeof(name));
	name[300] = '\0';
	ck_assert_int_eq(load_and_drop(name), LBR_ERR_ABSENT);
	ck_assert_int_eq(lbr_store_remove(scratch.store, name, NULL), LBR_ERR_ABSENT);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ck_assert_msg(load_and_drop(names[i]) == LBR_ERR_ABSENT, "'%s'", names[i]);
		ck_assert_int_eq(lbr_store_remove(scratch.store, names[i], NULL), LBR_ERR_ABSENT);
		ck_assert_int_eq(lbr_store_is_free(scratch.store, names[i], NULL), LBR_OK);
		memset(account.name, 0, sizeof(account.name));
		memcpy(account.name, names[i], strlen(names[i]));
		ck_assert_int_eq(lbr_store_create(scratch.store, &(struct lbr_record){ .account = &account }, NULL), LBR_ERR_SYNTAX);
	}
}
END_TEST

START_TEST(decoys_take_the_place_of_unknown_names)
{
	static const char *const names[] = { "nobody", "", "../..", "a\nb\xff", "alice" };
	struct lbr_view view;
	int64_t before;
	size_t i;

	enter(_i);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		view = scratch_decoy(names[i]);
		ck_assert(!view.known);
		ck_assert_uint_eq(strspn(view.account.name, "0123456789abcdef"), 2);
		ck_assert_str_eq(view.account.password_hash, "");
		before = view.counters.last_step;
		ck_assert_int_eq(lbr_view_load_history(&view, 10, NULL), LBR_ERR_INTERNAL);
		ck_assert_int_eq(scratch_commit(&view, LBR_PART_ACCOUNT, NULL, NULL), LBR_ERR_INTERNAL);
		ck_assert_int_eq(scratch_commit(&view, LBR_PART_UPKEEP, NULL, NULL), LBR_ERR_INTERNAL);
		ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS | LBR_PART_HISTORY, count, NULL), LBR_ERR_INTERNAL);
		ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_OK);
		lbr_view_release(&view);
		view = scratch_decoy(names[i]);
		ck_assert_int_eq(view.counters.last_step, before + 1);
		lbr_view_release(&view);
	}
}
END_TEST

/* --- committing --- */

START_TEST(must_1_all_parts_or_none)
{
	struct lbr_view view;

	enter(_i);
	scratch_enroll("parts");
	change_password("parts", 'a', 1);
	view = scratch_view("parts");
	ck_assert_uint_eq(view.account.generation, 2);
	ck_assert_int_eq(view.counters.last_sign_in_s, 1);
	/* An account that cannot be written takes the counters with it. */
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS | LBR_PART_ACCOUNT, set_contact, "line\nfeed"), LBR_ERR_SYNTAX);
	ck_assert_uint_eq(view.account.generation, 2); /* as loaded */
	lbr_view_release(&view);
	view = scratch_view("parts");
	ck_assert_uint_eq(view.account.generation, 2);
	ck_assert_str_eq(view.account.contact, "r.roy@example.net");
	ck_assert_int_eq(view.counters.last_sign_in_s, 1);
	/* Parts that are not named stay. */
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, disable, NULL), LBR_OK);
	lbr_view_release(&view);
	view = scratch_view("parts");
	ck_assert(!view.account.disabled);
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_NONE, disable, NULL), LBR_OK);
	lbr_view_release(&view);
	view = scratch_view("parts");
	ck_assert(!view.account.disabled);
	lbr_view_release(&view);
	history_is("parts", "a");
}
END_TEST

static enum lbr_error refuse(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	(void)context;
	view->account.disabled = true;
	view->counters.last_step = 99;
	*ret_parts = LBR_PART_COUNTERS | LBR_PART_ACCOUNT;
	return lbr_fail(reason, LBR_ERR_EXISTS, LBR_WHY(CHANGED));
}

START_TEST(must_1_an_edit_that_fails_stores_nothing)
{
	struct lbr_view view;

	enter(_i);
	scratch_enroll("refused");
	view = scratch_view("refused");
	ck_assert_int_eq(lbr_store_commit(&view, refuse, NULL, NULL), LBR_ERR_EXISTS);
	ck_assert(!view.account.disabled && view.counters.last_step == 0);
	lbr_view_release(&view);
	view = scratch_view("refused");
	ck_assert(!view.account.disabled && view.counters.last_step == 0);
	ck_assert_uint_eq(view.account.generation, 1);
	lbr_view_release(&view);
}
END_TEST

/* The file store is opened anew, so what is read came from its files. */
START_TEST(must_2_what_was_committed_is_there)
{
	struct lbr_view view;
	int round;

	enter(_i);
	scratch_enroll("counting");
	for (round = 0; round < 7; round++) {
		scratch_change_of("counting", LBR_PART_COUNTERS, count, NULL);
		if (_i == FILES) {
			lbr_store_close(scratch.store);
			ck_assert_int_eq(lbr_store_open(scratch.state, scratch.keyring, scratch_now_s, &scratch.store, NULL), LBR_OK);
		}
		view = scratch_view("counting");
		ck_assert_int_eq(view.counters.last_step, round + 1);
		ck_assert_uint_eq(view.counters.lanes[STRANGER].password_failures, (unsigned)round + 1);
		lbr_view_release(&view);
	}
}
END_TEST

START_TEST(must_3_an_edit_sees_what_it_replaces)
{
	struct lbr_view first, second;

	enter(_i);
	scratch_enroll("faster");
	first = scratch_view("faster");
	second = scratch_view("faster");
	ck_assert_int_eq(scratch_commit(&second, LBR_PART_COUNTERS, count, NULL), LBR_OK);
	ck_assert_int_eq(scratch_commit(&second, LBR_PART_COUNTERS, count, NULL), LBR_OK);
	ck_assert_int_eq(scratch_commit(&first, LBR_PART_COUNTERS, count, NULL), LBR_OK);
	ck_assert_int_eq(first.counters.last_step, 3);
	ck_assert_int_eq(second.counters.last_step, 2);
	lbr_view_release(&first);
	lbr_view_release(&second);
}
END_TEST

static void make_anew_in_between(void *context)
{
	ck_assert_int_eq(lbr_store_remove(scratch.store, context, NULL), LBR_OK);
	scratch_enroll(context);
}

/* The new account has the same age as the old one had, counted in swaps. */
START_TEST(audit_f17_what_replaced_the_account_in_between_is_not_overwritten)
{
	const struct lbr_memory_faults replaced = { .between = make_anew_in_between, .context = (char[]){ "replaced" } };
	struct lbr_view view;

	enter(MEMORY);
	scratch_enroll("replaced");
	view = scratch_view("replaced");
	lbr_memory_store_set_faults(scratch.store, &replaced);
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS | LBR_PART_ACCOUNT, count, NULL), LBR_ERR_STALE);
	lbr_view_release(&view);
	view = scratch_view("replaced");
	ck_assert_uint_eq(view.account.generation, 1);
	ck_assert_int_eq(view.counters.last_step, 0);
	lbr_view_release(&view);
}
END_TEST

static void count_in_between(void *context)
{
	scratch_change_of(context, LBR_PART_COUNTERS, count, NULL);
}

/* Only a store that swaps without a lock can be overtaken between the edit and the swap. */
START_TEST(must_3_an_edit_that_was_overtaken_is_called_again)
{
	const struct lbr_memory_faults overtaken = { .between = count_in_between, .context = (char[]){ "overtaken" } };
	struct lbr_view view;

	enter(MEMORY);
	scratch_enroll("overtaken");
	view = scratch_view("overtaken");
	lbr_memory_store_set_faults(scratch.store, &overtaken);
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_OK);
	ck_assert_int_eq(view.counters.last_step, 2);
	lbr_view_release(&view);
}
END_TEST

START_TEST(must_4_an_account_that_changed_is_stale)
{
	struct lbr_view first, second;

	enter(_i);
	scratch_enroll("stale");
	first = scratch_view("stale");
	second = scratch_view("stale");
	ck_assert_int_eq(scratch_commit(&second, LBR_PART_ACCOUNT, disable, NULL), LBR_OK);
	ck_assert_uint_eq(second.account.generation, 2);
	ck_assert_int_eq(scratch_commit(&second, LBR_PART_COUNTERS, count, NULL), LBR_OK); /* one's own change is no surprise */
	ck_assert_int_eq(scratch_commit(&first, LBR_PART_COUNTERS, count, NULL), LBR_ERR_STALE);
	ck_assert_int_eq(lbr_view_load_history(&first, 10, NULL), LBR_ERR_STALE);
	ck_assert_uint_eq(first.account.generation, 1);
	lbr_view_release(&first);
	lbr_view_release(&second);
	second = scratch_view("stale");
	ck_assert_int_eq(second.counters.last_step, 1);
	lbr_view_release(&second);
}
END_TEST

START_TEST(must_4_another_hash_of_the_same_password_makes_nothing_stale)
{
	const struct password other = { 'z', 1 };
	struct lbr_view first, second;

	enter(_i);
	scratch_enroll("upkeep");
	change_password("upkeep", 'a', 1);
	first = scratch_view("upkeep");
	second = scratch_view("upkeep");
	ck_assert_int_eq(lbr_view_load_history(&second, 10, NULL), LBR_OK);
	ck_assert_int_eq(scratch_commit(&second, LBR_PART_UPKEEP | LBR_PART_HISTORY, set_password, &other), LBR_OK);
	ck_assert_uint_eq(second.account.generation, 2);
	ck_assert_int_eq(scratch_commit(&first, LBR_PART_COUNTERS, count, NULL), LBR_OK);
	lbr_view_release(&first);
	lbr_view_release(&second);
	history_is("upkeep", "z");
}
END_TEST

START_TEST(must_4_an_account_that_was_removed_and_made_anew_is_stale)
{
	struct lbr_view gone, anew;

	enter(_i);
	scratch_enroll("renewed");
	gone = scratch_view("renewed");
	ck_assert_int_eq(lbr_store_remove(scratch.store, "renewed", NULL), LBR_OK);
	ck_assert_int_eq(scratch_commit(&gone, LBR_PART_COUNTERS, count, NULL), LBR_ERR_STALE);
	ck_assert_int_eq(load_and_drop("renewed"), LBR_ERR_ABSENT);
	scratch_enroll("renewed"); /* generation 1 again */
	ck_assert_int_eq(scratch_commit(&gone, LBR_PART_COUNTERS, count, NULL), LBR_ERR_STALE);
	lbr_view_release(&gone);
	anew = scratch_view("renewed");
	ck_assert_int_eq(anew.counters.last_step, 0);
	lbr_view_release(&anew);
}
END_TEST

/* --- deadlines and faults --- */

static bool has_left(void *context)
{
	(void)context;
	return true;
}

START_TEST(must_5_nothing_is_stored_for_a_service_that_has_left)
{
	const struct lbr_deadline left = { .until_ms = INT64_MAX, .has_left = has_left };
	struct lbr_view view;

	enter(_i);
	scratch_enroll("left");
	lbr_store_set_deadline(scratch.store, &left);
	view = scratch_view("left");
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_ERR_BUSY);
	ck_assert_int_eq(view.counters.last_step, 0);
	lbr_view_release(&view);
	view = scratch_decoy("nobody");
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_ERR_BUSY);
	lbr_view_release(&view);
	lbr_store_set_deadline(scratch.store, NULL);
	view = scratch_view("left");
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_OK);
	ck_assert_int_eq(view.counters.last_step, 1);
	lbr_view_release(&view);
}
END_TEST

START_TEST(unreachable_is_certainly_not_stored)
{
	const struct lbr_memory_faults silent = { .load = LBR_ERR_UNREACHABLE }, deaf = { .commit = LBR_ERR_UNREACHABLE }, none = { .load = LBR_OK };
	struct lbr_view view;

	enter(MEMORY);
	scratch_enroll("away");
	lbr_memory_store_set_faults(scratch.store, &silent);
	ck_assert_int_eq(load_and_drop("away"), LBR_ERR_UNREACHABLE);
	ck_assert_int_eq(load_and_drop("nobody"), LBR_ERR_UNREACHABLE); /* the same for every name */
	ck_assert_int_eq(lbr_store_is_free(scratch.store, "nobody", NULL), LBR_ERR_UNREACHABLE); /* unreachable is never free */
	lbr_memory_store_set_faults(scratch.store, &deaf);
	view = scratch_view("away");
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_ERR_UNREACHABLE);
	lbr_view_release(&view);
	lbr_memory_store_set_faults(scratch.store, &none);
	view = scratch_view("away");
	ck_assert_int_eq(view.counters.last_step, 0);
	lbr_view_release(&view);
}
END_TEST

START_TEST(unknown_is_perhaps_stored)
{
	const struct lbr_memory_faults lost = { .commit = LBR_ERR_UNKNOWN }, none = { .load = LBR_OK };
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;

	enter(MEMORY);
	scratch_enroll("lost");
	view = scratch_view("lost");
	lbr_memory_store_set_faults(scratch.store, &lost);
	ck_assert_int_eq(lbr_store_commit(&view, count_edit, NULL, &reason), LBR_ERR_UNKNOWN);
	ck_assert_ptr_eq(strstr(reason.text, "perhaps stored, perhaps not: "), reason.text);
	lbr_view_release(&view);
	lbr_memory_store_set_faults(scratch.store, &none);
	view = scratch_view("lost");
	ck_assert_int_eq(view.counters.last_step, 1); /* it was */
	lbr_view_release(&view);
}
END_TEST

START_TEST(damage_is_told)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view, other;

	enter(MEMORY);
	scratch_enroll("hurt");
	change_password("hurt", 'a', 1);
	view = scratch_view("hurt");
	lbr_memory_store_damage(scratch.store, "hurt", LBR_PART_HISTORY);
	ck_assert_int_eq(lbr_view_load_history(&view, 10, NULL), LBR_ERR_DAMAGED);
	ck_assert_str_eq(view.account.name, "hurt");
	ck_assert_int_eq(lbr_store_load_with_history(scratch.store, "hurt", 10, &other, NULL), LBR_ERR_DAMAGED);
	ck_assert(!other.known && other.impl.store == NULL);
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_OK); /* a sign-in does not need it */
	lbr_memory_store_damage(scratch.store, "hurt", LBR_PART_COUNTERS);
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_ERR_DAMAGED);
	lbr_view_release(&view);
	ck_assert_int_eq(lbr_store_load(scratch.store, "hurt", &view, &reason), LBR_ERR_DAMAGED);
	ck_assert_ptr_nonnull(strstr(reason.text, "unlock --rebuild hurt"));
	ck_assert_int_eq(lbr_store_rebuild_counters(scratch.store, "hurt", &(struct lbr_counters){ .last_step = 9 }, NULL), LBR_OK);
	ck_assert_int_eq(load_and_drop("hurt"), LBR_OK);
	lbr_memory_store_damage(scratch.store, "hurt", LBR_PART_ACCOUNT);
	ck_assert_int_eq(load_and_drop("hurt"), LBR_ERR_DAMAGED);
	ck_assert_int_eq(lbr_store_remove(scratch.store, "hurt", NULL), LBR_OK);
}
END_TEST

START_TEST(misuse_is_refused)
{
	struct lbr_view view = { .known = false };

	enter(_i);
	scratch_enroll("misused");
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_ERR_INTERNAL);
	ck_assert_int_eq(lbr_view_load_history(&view, 10, NULL), LBR_ERR_INTERNAL);
	lbr_view_release(&view);
	view = scratch_view("misused");
	memcpy(view.account.name, "another", sizeof("another")); /* the name is the store's */
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_ERR_STALE);
	lbr_view_release(&view);
	lbr_view_release(&view);
}
END_TEST

/* --- histories --- */

START_TEST(sec_1_39_histories_stay_apart_and_end_with_their_account)
{
	enter(_i);
	scratch_enroll("bob");
	scratch_enroll("bobby");
	history_is("bob", ""); /* a temporary password is none */
	change_password("bob", 'a', 1);
	change_password("bob", 'b', 2);
	change_password("bobby", 'x', 1);
	history_is("bob", "ba");
	history_is("bobby", "x");
	ck_assert_int_eq(lbr_store_remove(scratch.store, "bob", NULL), LBR_OK);
	ck_assert_int_eq(lbr_store_remove(scratch.store, "bob", NULL), LBR_ERR_ABSENT);
	scratch_enroll("bob");
	history_is("bob", "");
	history_is("bobby", "x");
}
END_TEST

/* Stored without its history, as a crash between two files would leave it. */
START_TEST(a_history_that_lags_is_healed_before_it_lags_twice)
{
	const struct password second = { 'b', 2 };

	enter(_i);
	scratch_enroll("healing");
	change_password("healing", 'a', 1);
	scratch_change_of("healing", LBR_PART_ACCOUNT, set_password, &second);
	history_is("healing", "ba");
	change_password("healing", 'c', 3);
	history_is("healing", "cba");
}
END_TEST

/* --- whole records --- */

START_TEST(a_record_is_created_whole)
{
	const struct lbr_counters counters = { .last_step = 55000000, .last_sign_in_s = 1800000000 };
	struct lbr_history history = { .count = 0 };
	struct lbr_account account;
	struct lbr_view view;

	enter(_i);
	account = scratch_account("imported");
	account.password_kind = LBR_PASSWORD_OWN;
	account.invited_until_s = 0;
	snprintf(account.password_hash, sizeof(account.password_hash), "%sb", HASH);
	lbr_history_heal(&history, &account, 10);
	ck_assert_int_eq(lbr_store_create(scratch.store, &(struct lbr_record){ &account, &counters, &history }, NULL), LBR_OK);
	view = scratch_view("imported");
	ck_assert_int_eq(view.counters.last_step, 55000000);
	ck_assert_int_eq(view.counters.last_sign_in_s, 1800000000);
	lbr_view_release(&view);
	history_is("imported", "b");
	ck_assert_int_eq(lbr_store_create(scratch.store, &(struct lbr_record){ .account = &account }, NULL), LBR_ERR_EXISTS);
}
END_TEST

START_TEST(sec_1_10_look_alikes_are_not_created)
{
	static const char *const names[] = { "ALICE", "Alice", "\xef\xbd\x81lice", "alice" };
	static const char *const others[] = { "alic", "alice.b", "nobody", "root", "-alice", "a b" };
	struct lbr_reason reason = { .text = "" };
	struct lbr_account account;
	size_t i;

	enter(_i);
	scratch_enroll("alice");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		account = scratch_account(names[i]);
		ck_assert_int_eq(lbr_store_create(scratch.store, &(struct lbr_record){ .account = &account }, &reason), LBR_ERR_EXISTS);
		ck_assert_ptr_nonnull(strstr(reason.text, "alice"));
		ck_assert_int_eq(lbr_store_is_free(scratch.store, names[i], NULL), LBR_ERR_EXISTS);
		ck_assert_int_eq(load_and_drop(names[i]), i < 3 ? LBR_ERR_ABSENT : LBR_OK);
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_int_eq(lbr_store_is_free(scratch.store, others[i], NULL), LBR_OK);
}
END_TEST

static void renamed(const char *from, const char *to, bool dry, enum lbr_error wanted)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_store_rename(scratch.store, from, to, dry, &reason);

	ck_assert_msg(error == wanted, "%s to %s: %d %s", from, to, error, reason.text);
	ck_assert(error == LBR_OK || reason.text[0] != '\0');
}

/* Counters, history and token, and the first name, under which all of it is keyed. */
static void is_whole_as(const char *name, const char *keyed, uint64_t generation, int64_t last_step)
{
	unsigned char key[LBR_TOKEN_KEY_LEN];
	struct lbr_view view = scratch_view(name);

	ck_assert_str_eq(view.account.name, name);
	ck_assert_str_eq(lbr_account_keyed_name(&view.account), keyed);
	ck_assert_uint_eq(view.account.generation, generation);
	ck_assert_int_eq(view.counters.last_step, last_step);
	ck_assert_int_eq(lbr_token_unseal(scratch.keyring, keyed, &view.account.token, key), LBR_OK);
	ck_assert_uint_eq(key[0], 1);
	lbr_view_release(&view);
	history_is(name, "b");
}

START_TEST(a_renamed_account_keeps_everything)
{
	const struct lbr_counters counters = { .last_step = 55000000, .lanes[STRANGER] = { .code_failures = 7 } };
	struct lbr_history history = { .count = 0 };
	struct lbr_account account;

	enter(_i);
	account = scratch_account("first");
	account.password_kind = LBR_PASSWORD_OWN;
	account.invited_until_s = 0;
	snprintf(account.password_hash, sizeof(account.password_hash), "%sb", HASH);
	lbr_history_heal(&history, &account, 10);
	ck_assert_int_eq(lbr_store_create(scratch.store, &(struct lbr_record){ &account, &counters, &history }, NULL), LBR_OK);
	renamed("first", "second", true, LBR_OK);
	is_whole_as("first", "first", 1, 55000000);
	renamed("first", "second", false, LBR_OK);
	ck_assert_int_eq(load_and_drop("first"), LBR_ERR_ABSENT);
	is_whole_as("second", "first", 2, 55000000);
	scratch_change_of("second", LBR_PART_COUNTERS, count, NULL);
	renamed("second", "third", false, LBR_OK);
	is_whole_as("third", "first", 3, 55000001);
	renamed("third", "THIRD", false, LBR_OK); /* it resembles itself alone */
	is_whole_as("THIRD", "first", 4, 55000001);
	renamed("THIRD", "first", false, LBR_OK);
	is_whole_as("first", "first", 5, 55000001);
	ck_assert_int_eq(lbr_store_is_free(scratch.store, "second", NULL), LBR_OK);
	ck_assert_int_eq(lbr_store_is_free(scratch.store, "third", NULL), LBR_OK);
}
END_TEST

START_TEST(sec_1_10_an_account_is_renamed_to_no_look_alike)
{
	unsigned dry;

	enter(_i);
	scratch_enroll("ann");
	scratch_enroll("ben");
	for (dry = 0; dry < 2; dry++) {
		renamed("ann", "ben", dry, LBR_ERR_EXISTS);
		renamed("ann", "BEN", dry, LBR_ERR_EXISTS);
		renamed("ann", "ann", dry, LBR_ERR_EXISTS);
		renamed("ann", "a b", dry, LBR_ERR_SYNTAX);
		renamed("ann", "", dry, LBR_ERR_SYNTAX);
		renamed("ann", "../ann", dry, LBR_ERR_SYNTAX);
		renamed("nobody", "anybody", dry, LBR_ERR_ABSENT);
		renamed("../x", "anybody", dry, LBR_ERR_ABSENT);
	}
	ck_assert_int_eq(load_and_drop("ann"), LBR_OK);
	ck_assert_int_eq(load_and_drop("anybody"), LBR_ERR_ABSENT);
	renamed("ann", "cid", false, LBR_OK);
	renamed("ann", "cid", false, LBR_ERR_ABSENT);
	scratch_enroll("ann"); /* somebody else */
	renamed("ann", "cid", false, LBR_ERR_EXISTS);
}
END_TEST

/* A sign-in under way under the old name is refused at its commit, even if the name comes back. */
START_TEST(must_4_a_renamed_account_is_stale)
{
	struct lbr_view old, new;

	enter(_i);
	scratch_enroll("gone");
	old = scratch_view("gone");
	renamed("gone", "come", false, LBR_OK);
	ck_assert_int_eq(scratch_commit(&old, LBR_PART_COUNTERS, count, NULL), LBR_ERR_STALE);
	new = scratch_view("come");
	renamed("come", "gone", false, LBR_OK);
	ck_assert_int_eq(scratch_commit(&old, LBR_PART_COUNTERS, count, NULL), LBR_ERR_STALE);
	ck_assert_int_eq(scratch_commit(&new, LBR_PART_COUNTERS, count, NULL), LBR_ERR_STALE);
	lbr_view_release(&old);
	lbr_view_release(&new);
}
END_TEST

START_TEST(counters_are_rebuilt)
{
	const struct lbr_counters fresh = { .last_step = 55, .recovery_set = 2 };
	struct lbr_view view;

	enter(_i);
	scratch_enroll("rebuilt");
	scratch_change_of("rebuilt", LBR_PART_COUNTERS, count, NULL);
	ck_assert_int_eq(lbr_store_rebuild_counters(scratch.store, "rebuilt", &fresh, NULL), LBR_OK);
	view = scratch_view("rebuilt");
	ck_assert_int_eq(view.counters.last_step, 55);
	ck_assert_uint_eq(view.counters.lanes[STRANGER].password_failures, 0);
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, count, NULL), LBR_OK);
	lbr_view_release(&view);
	view = scratch_view("rebuilt");
	ck_assert_int_eq(view.counters.last_step, 56);
	lbr_view_release(&view);
	ck_assert_int_eq(lbr_store_rebuild_counters(scratch.store, "nobody", &fresh, NULL), LBR_ERR_ABSENT);
}
END_TEST

/* --- listing --- */

#define MANY 41

struct seen {
	unsigned names[MANY], total, stop_after;
};

static int see(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
               const struct lbr_reason *reason)
{
	struct seen *seen = context;

	(void)reason;
	if (strncmp(name, "many", 4) != 0)
		return 0;
	ck_assert_ptr_nonnull(account);
	ck_assert_ptr_nonnull(counters);
	ck_assert_str_eq(account->name, name);
	seen->names[strtoul(name + 4, NULL, 10)]++;
	return ++seen->total == seen->stop_after;
}

/* What cannot be read is for the caller to find: a name is a name. */
static int see_name(void *context, const char *name, const struct lbr_reason *reason)
{
	struct seen *seen = context;

	ck_assert_ptr_null(reason);
	if (strncmp(name, "many", 4) != 0)
		return 0;
	seen->names[strtoul(name + 4, NULL, 10)]++;
	return ++seen->total == seen->stop_after;
}

static void see_each_once(const struct seen *seen)
{
	unsigned i;

	ck_assert_uint_eq(seen->total, MANY);
	for (i = 0; i < MANY; i++)
		ck_assert_uint_eq(seen->names[i], 1);
}

START_TEST(pages_show_each_account_once)
{
	static const unsigned sizes[] = { 1, 2, 7, LBR_PAGE_MAX };
	char after[LBR_NAME_MAX + 1], next[LBR_NAME_MAX + 1], name[16];
	struct seen seen = { .total = 0 };
	unsigned i;

	enter(_i);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "many%u", i);
		scratch_enroll(name);
	}
	ck_assert_int_eq(lbr_store_list(scratch.store, see, &seen, NULL), LBR_OK);
	see_each_once(&seen);
	memset(&seen, 0, sizeof(seen));
	ck_assert_int_eq(lbr_store_list_names(scratch.store, see_name, &seen, NULL), LBR_OK);
	see_each_once(&seen);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		memset(&seen, 0, sizeof(seen));
		memset(after, 0, sizeof(after));
		do {
			ck_assert_int_eq(lbr_store_page(scratch.store, after, sizes[i], see, &seen, next, NULL), LBR_OK);
			memcpy(after, next, sizeof(after));
		} while (after[0] != '\0');
		see_each_once(&seen);
	}
	seen = (struct seen){ .stop_after = 5 };
	ck_assert_int_eq(lbr_store_list(scratch.store, see, &seen, NULL), LBR_OK);
	ck_assert_uint_eq(seen.total, 5);
	ck_assert_int_eq(lbr_store_page(scratch.store, "", 0, see, &seen, next, NULL), LBR_ERR_INTERNAL);
	ck_assert_int_eq(lbr_store_page(scratch.store, "", LBR_PAGE_MAX + 1, see, &seen, next, NULL), LBR_ERR_INTERNAL);
}
END_TEST

static int change_while_listing(void *context, const char *name, const struct lbr_account *account,
                                const struct lbr_counters *counters, const struct lbr_reason *reason)
{
	unsigned *total = context;

	(void)account, (void)counters, (void)reason;
	if (strncmp(name, "loop", 4) != 0)
		return 0;
	scratch_change_of(name, LBR_PART_COUNTERS, count, NULL); /* nothing is locked meanwhile */
	ck_assert_int_eq(lbr_store_remove(scratch.store, name, NULL), LBR_OK);
	(*total)++;
	return 0;
}

START_TEST(a_listing_may_change_what_it_lists)
{
	unsigned total = 0, i;
	char name[16];

	enter(_i);
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "loop%u", i);
		scratch_enroll(name);
	}
	ck_assert_int_eq(lbr_store_list(scratch.store, change_while_listing, &total, NULL), LBR_OK);
	ck_assert_uint_eq(total, 20);
	ck_assert_int_eq(load_and_drop("loop0"), LBR_ERR_ABSENT);
}
END_TEST

static void add_of_every_kind(TCase *all)
{
	int kinds = shared_store_is_there() ? KINDS : SHARED;

	tcase_add_loop_test(all, what_was_created_is_loaded, 0, kinds);
	tcase_add_loop_test(all, time_comes_from_the_store, 0, kinds);
	tcase_add_loop_test(all, one_read_takes_the_history_along, 0, kinds);
	tcase_add_loop_test(all, sec_1_38_impossible_names_touch_nothing, 0, kinds);
	tcase_add_loop_test(all, decoys_take_the_place_of_unknown_names, 0, kinds);
	tcase_add_loop_test(all, must_1_all_parts_or_none, 0, kinds);
	tcase_add_loop_test(all, must_1_an_edit_that_fails_stores_nothing, 0, kinds);
	tcase_add_loop_test(all, must_2_what_was_committed_is_there, 0, kinds);
	tcase_add_loop_test(all, must_3_an_edit_sees_what_it_replaces, 0, kinds);
	tcase_add_loop_test(all, must_4_an_account_that_changed_is_stale, 0, kinds);
	tcase_add_loop_test(all, must_4_another_hash_of_the_same_password_makes_nothing_stale, 0, kinds);
	tcase_add_loop_test(all, must_4_an_account_that_was_removed_and_made_anew_is_stale, 0, kinds);
	tcase_add_loop_test(all, must_5_nothing_is_stored_for_a_service_that_has_left, 0, kinds);
	tcase_add_loop_test(all, misuse_is_refused, 0, kinds);
	tcase_add_loop_test(all, sec_1_39_histories_stay_apart_and_end_with_their_account, 0, kinds);
	tcase_add_loop_test(all, a_history_that_lags_is_healed_before_it_lags_twice, 0, kinds);
	tcase_add_loop_test(all, a_record_is_created_whole, 0, kinds);
	tcase_add_loop_test(all, sec_1_10_look_alikes_are_not_created, 0, kinds);
	tcase_add_loop_test(all, a_renamed_account_keeps_everything, 0, kinds);
	tcase_add_loop_test(all, sec_1_10_an_account_is_renamed_to_no_look_alike, 0, kinds);
	tcase_add_loop_test(all, must_4_a_renamed_account_is_stale, 0, kinds);
	tcase_add_loop_test(all, counters_are_rebuilt, 0, kinds);
	tcase_add_loop_test(all, pages_show_each_account_once, 0, kinds);
	tcase_add_loop_test(all, a_listing_may_change_what_it_lists, 0, kinds);
}

static Suite *suite(void)
{
	Suite *all = suite_create("conformance");
	TCase *one = tcase_create("every kind");

	tcase_add_unchecked_fixture(one, scratch_make, scratch_remove);
	add_of_every_kind(one);
	tcase_add_test(one, audit_f17_what_replaced_the_account_in_between_is_not_overwritten);
	tcase_add_test(one, must_3_an_edit_that_was_overtaken_is_called_again);
	tcase_add_test(one, unreachable_is_certainly_not_stored);
	tcase_add_test(one, unknown_is_perhaps_stored);
	tcase_add_test(one, damage_is_told);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
