/* One account with a password of its own in a scratch store, for the tests of changing it. The hash is the cheapest. */
#ifndef TESTS_CHANGE_STAGE_H
#define TESTS_CHANGE_STAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "support/check_main.h"
#include "support/scratch_store.h"

#include <liberations/change.h>
#include <liberations/password.h>

#define DAY INT64_C(86400)
#define BORN INT64_C(1900000000) /* after any day on which this is compiled */

static struct lbr_settings settings;

/* Passwords that no rule objects to, told apart by their number. */
static inline struct lbr_secret numbered(unsigned number)
{
	static const char *const words[] = {
		"brume", "chevreuil", "fougueux", "grillon", "hangar", "jonquille", "kiosque", "lamproie", "moutarde",
		"obsidienne", "quartz", "tourbillon", "vilebrequin", "zinc",
	};
	struct lbr_secret secret;
	char text[64];

	snprintf(text, sizeof(text), "%s et %s", words[number % 14], words[(number * 3 + 1) % 14]);
	ck_assert_int_eq(lbr_secret_set(&secret, text, strlen(text)), LBR_OK);
	return secret;
}

static inline void enter(void)
{
	lbr_settings_default(&settings);
	settings.hash_cost = 1;
	scratch_enter();
}

static inline void enroll_with_hash(const char *name, const char *hash)
{
	struct lbr_account account = scratch_account(name);

	account.password_kind = LBR_PASSWORD_OWN;
	account.token_kind = LBR_TOKEN_CONFIRMED;
	account.invited_until_s = 0;
	account.password_set_s = BORN;
	memset(account.password_hash, 0, sizeof(account.password_hash));
	memcpy(account.password_hash, hash, strlen(hash));
	scratch_create(&account);
}

static inline void enroll(const char *name, unsigned number)
{
	struct lbr_secret secret = numbered(number);
	char hash[LBR_HASH_MAX];

	ck_assert_int_eq(lbr_password_hash(&secret, settings.hash_cost, hash), LBR_OK);
	enroll_with_hash(name, hash);
}

static inline struct lbr_account account_of(const char *name)
{
	struct lbr_view view = scratch_view(name);
	struct lbr_account account = view.account;

	lbr_view_release(&view);
	return account;
}

/* As it would be compared: healed. */
static inline struct lbr_history history_of(const char *name, unsigned keep)
{
	struct lbr_view view = scratch_view(name);
	struct lbr_history history;

	ck_assert_int_eq(lbr_view_load_history(&view, keep, NULL), LBR_OK);
	history = view.history;
	lbr_view_release(&view);
	return history;
}

struct account_change {
	void (*how)(struct lbr_account *account);
};

static inline void apply_account_change(struct lbr_view *view, const void *context)
{
	((const struct account_change *)context)->how(&view->account);
}

static inline void change_account(const char *name, void (*how)(struct lbr_account *account))
{
	const struct account_change change = { how };

	scratch_change_of(name, LBR_PART_ACCOUNT, apply_account_change, &change);
}

static inline enum lbr_objection judge(const char *name, unsigned number, const struct lbr_secret *old)
{
	struct lbr_secret secret = numbered(number);
	enum lbr_objection objection = LBR_OBJECTION_NONE;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_change_judge(scratch.store, name, &secret, old, &settings, NULL, &objection, NULL, &reason);

	ck_assert_msg(error == LBR_OK, "%s", reason.text);
	return objection;
}

static inline enum lbr_error commit(const char *name, uint64_t generation, unsigned number, int64_t now_s)
{
	struct lbr_secret secret = numbered(number);
	struct lbr_change change = { .name = name, .generation = generation, .password = &secret };
	struct lbr_reason reason = { .text = "" };
	uint64_t after;

	scratch.now_s = now_s;
	return lbr_change_commit(scratch.store, &settings, &change, &after, &reason);
}

/* For the tables: a candidate that is no numbered one. */
static inline enum lbr_error judge_secret(const char *name, const struct lbr_secret *secret, enum lbr_objection *ret,
                                          struct lbr_reason *reason)
{
	return lbr_change_judge(scratch.store, name, secret, NULL, &settings, NULL, ret, NULL, reason);
}

static inline void must_commit(const char *name, unsigned number, int64_t now_s)
{
	ck_assert_int_eq(commit(name, account_of(name).generation, number, now_s), LBR_OK);
}

/* Password 0, then 1 to `last`, a day apart. */
static inline void live_through(const char *name, unsigned last)
{
	unsigned number;

	enroll(name, 0);
	for (number = 1; number <= last; number++) {
		ck_assert_int_eq(judge(name, number, NULL), LBR_OBJECTION_NONE);
		must_commit(name, number, BORN + number * DAY);
	}
}

static inline bool is_in_force(const char *name, unsigned number)
{
	struct lbr_account account = account_of(name);
	struct lbr_secret secret = numbered(number);

	return lbr_password_matches(&secret, account.password_hash, 1);
}

static inline bool is_kept(const struct lbr_history *history, unsigned number)
{
	struct lbr_secret secret = numbered(number);
	bool kept = false;
	unsigned at;

	for (at = 0; at < history->count; at++)
		kept = lbr_password_matches(&secret, history->entries[at].hash, 1) || kept;
	return kept;
}

#endif
