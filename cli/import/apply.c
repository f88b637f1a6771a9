#include "apply.h"

#include <stdbool.h>
#include <string.h>

#include <liberations/password.h>
#include <liberations/recovery_renew.h>
#include <liberations/token.h>

#define AHEAD_STEPS 60 /* how far ahead pam_oath may have accepted a code */

struct applying {
	const struct import_found  *found;
	const struct lbr_keyring   *keyring;
	const struct person        *person;
	struct import_result       *result;
	struct lbr_account          drawn; /* bears the sealed token and the recovery codes */
	int64_t                     last_step, now_s;
	unsigned                    keep;
};

/* The step of the last code that was accepted there, so that it is not accepted here: the newest that has this code. Older ones are
 * out of the window. */
static int64_t used_step(const struct applying *course)
{
	int64_t now = lbr_token_step(course->now_s), step = course->found->last_step;
	char code[LBR_CODE_DIGITS + 1];

	if (step > now + LBR_WINDOW_MAX)
		step = now + LBR_WINDOW_MAX;
	if (course->found->last_code[0] == '\0')
		return step;
	for (step = now + AHEAD_STEPS; step >= now - AHEAD_STEPS; step--)
		if (lbr_token_code(course->found->key, step, code) == LBR_OK && strcmp(code, course->found->last_code) == 0)
			return step;
	return 0;
}

/* `account`: the one that it is for, or an empty one. */
static enum lbr_error draw(struct applying *course, const struct lbr_account *account)
{
	const struct import_found *found = course->found;
	enum lbr_error error = LBR_OK;

	memcpy(course->drawn.name, found->name, sizeof(course->drawn.name));
	memcpy(course->drawn.keyed_name, account->keyed_name, sizeof(course->drawn.keyed_name));
	if (found->piece != IMPORT_TOKEN)
		return LBR_OK;
	course->last_step = used_step(course);
	error = lbr_token_seal(course->keyring, lbr_account_keyed_name(&course->drawn), found->key, &course->drawn.token);
	if (error == LBR_OK && found->code_count > 0)
		error = lbr_recovery_take(course->keyring, &course->drawn, found->codes, found->code_count);
	return error;
}

static bool same_token(const struct applying *course, const struct lbr_account *account)
{
	unsigned char key[LBR_TOKEN_KEY_LEN] = { 0 };
	bool same = lbr_token_unseal(course->keyring, lbr_account_keyed_name(account), &account->token, key) == LBR_OK &&
	            lbr_bytes_equal(key, course->found->key, sizeof(key));

	lbr_wipe(key, sizeof(key));
	return same;
}

static unsigned put_token(const struct applying *course, struct lbr_view *view)
{
	struct lbr_account *account = &view->account;
	unsigned parts = LBR_PART_ACCOUNT | LBR_PART_COUNTERS;

	if (account->token_kind == LBR_TOKEN_CONFIRMED) {
		if (!same_token(course, account))
			course->result->reason = IMPORT_HAS_TOKEN;
		return LBR_PART_NONE;
	}
	account->token = course->drawn.token;
	account->token_kind = LBR_TOKEN_CONFIRMED;
	if (course->last_step > view->counters.last_step)
		view->counters.last_step = course->last_step;
	if (course->drawn.recovery_count > 0 && account->recovery_count == 0) {
		account->recovery_set = course->drawn.recovery_set;
		account->recovery_count = course->drawn.recovery_count;
		memcpy(account->recovery_key, course->drawn.recovery_key, sizeof(account->recovery_key));
		memcpy(account->recovery_macs, course->drawn.recovery_macs, sizeof(account->recovery_macs));
		parts |= lbr_recovery_adopt(view);
		course->result->codes = true;
	}
	return parts;
}

/* An invitation that has ended is no password. */
static bool lacks_password(const struct lbr_account *account, int64_t now_s)
{
	return account->password_kind == LBR_PASSWORD_TEMPORARY && account->invited_until_s < now_s;
}

static unsigned put_password(const struct applying *course, struct lbr_view *view)
{
	const struct import_found *found = course->found;
	struct lbr_account *account = &view->account;

	if (!lacks_password(account, course->now_s)) {
		if (strcmp(account->password_hash, found->hash) != 0)
			course->result->reason = IMPORT_HAS_PASSWORD;
		return LBR_PART_NONE;
	}
	account->password_kind = LBR_PASSWORD_OWN;
	account->password_set_s = found->set_s;
	account->invited_until_s = 0;
	account->must_change = found->must_change;
	account->disabled = account->disabled || found->locked;
	memcpy(account->password_hash, found->hash, sizeof(account->password_hash));
	return LBR_PART_ACCOUNT;
}

static bool is_kept(const struct lbr_history *history, const char *hash)
{
	unsigned at;

	for (at = 0; at < history->count; at++)
		if (strcmp(history->entries[at].hash, hash) == 0)
			return true;
	return false;
}

/* Behind those that the account has itself; the file does not say from when they are. */
static unsigned put_history(const struct applying *course, struct lbr_view *view)
{
	struct lbr_history *history = &view->history;
	unsigned at, before = history->count;

	for (at = 0; at < course->found->hash_count && history->count < course->keep; at++) {
		if (is_kept(history, course->found->hashes[at]))
			continue;
		memcpy(history->entries[history->count].hash, course->found->hashes[at], LBR_HASH_MAX);
		history->entries[history->count++].set_s = 0;
	}
	return history->count > before ? LBR_PART_HISTORY : LBR_PART_NONE;
}

static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	struct applying *course = context;

	(void)reason;
	*course->result = (struct import_result){ .reason = IMPORT_USABLE };
	*ret_parts = LBR_PART_NONE;
	if (cli_person_is_another(course->person, &view->account) ||
	    (course->found->has_uid && view->account.has_uid && course->found->uid != view->account.uid))
		course->result->reason = IMPORT_OTHER_UID;
	else if (course->found->piece == IMPORT_TOKEN)
		*ret_parts = put_token(course, view);
	else if (course->found->piece == IMPORT_PASSWORD)
		*ret_parts = put_password(course, view);
	else
		*ret_parts = put_history(course, view);
	course->result->changed = *ret_parts != LBR_PART_NONE;
	if (lacks_password(&view->account, course->now_s))
		course->result->notes |= IMPORT_BIT(IMPORT_NEEDS_PASSWORD);
	if (view->account.token_kind != LBR_TOKEN_CONFIRMED)
		course->result->notes |= IMPORT_BIT(IMPORT_NEEDS_TOKEN);
	return LBR_OK;
}

/* Until the other piece comes, a password that has no owner and a token that nobody has: neither opens anything. */
static enum lbr_error begin_account(const struct applying *course, unsigned cost, struct lbr_account *account)
{
	unsigned char key[LBR_TOKEN_KEY_LEN] = { 0 };
	enum lbr_error error = lbr_token_draw(key);

	cli_person_put(course->person, account);
	account->token_kind = LBR_TOKEN_PENDING;
	account->password_kind = LBR_PASSWORD_TEMPORARY;
	account->password_set_s = course->now_s;
	account->invited_until_s = course->now_s - 1;
	if (error == LBR_OK)
		error = lbr_token_seal(course->keyring, account->name, key, &account->token);
	if (error == LBR_OK)
		error = lbr_password_decoy(cost, account->password_hash);
	lbr_wipe(key, sizeof(key));
	return error;
}

static enum lbr_error create(const struct admin_session *session, struct applying *course, bool dry, struct lbr_reason *reason)
{
	struct lbr_view view = { .known = true };
	const struct lbr_record record = { .account = &view.account, .counters = &view.counters };
	unsigned parts;
	enum lbr_error error = lbr_store_is_free(session->store, course->found->name, reason);

	if (error == LBR_ERR_EXISTS) {
		course->result->reason = IMPORT_LOOKALIKE;
		return LBR_OK;
	}
	if (error == LBR_OK && course->found->piece == IMPORT_HISTORY) {
		course->result->reason = IMPORT_NO_ACCOUNT;
		return LBR_OK;
	}
	if (error == LBR_OK)
		error = begin_account(course, session->settings.hash_cost, &view.account);
	if (error == LBR_OK)
		error = edit(course, &view, &parts, reason);
	if (error == LBR_OK && !dry)
		error = lbr_store_create(session->store, &record, reason);
	lbr_account_wipe(&view.account);
	return error;
}

static enum lbr_error complete(struct lbr_view *view, struct applying *course, bool dry, struct lbr_reason *reason)
{
	unsigned parts;

	return dry ? edit(course, view, &parts, reason) : lbr_store_commit(view, edit, course, reason);
}

enum lbr_error cli_import_apply(const struct admin_session *session, const struct import_found *found, const struct person *person,
                                bool dry, struct import_result *ret, struct lbr_reason *reason)
{
	struct applying course = { .found = found, .keyring = session->keyring, .person = person, .result = ret,
	                           .now_s = cli_now_s(), .keep = session->settings.history };
	struct lbr_view view;
	enum lbr_error error = found->piece == IMPORT_HISTORY ?
	                       lbr_store_load_with_history(session->store, found->name, course.keep, &view, reason) :
	                       lbr_store_load(session->store, found->name, &view, reason);
	bool absent = error == LBR_ERR_ABSENT;

	*ret = (struct import_result){ .reason = IMPORT_USABLE };
	if (absent)
		error = LBR_OK;
	if (error == LBR_OK)
		error = draw(&course, &view.account);
	if (error == LBR_OK)
		error = absent ? create(session, &course, dry, reason) : complete(&view, &course, dry, reason);
	lbr_view_release(&view);
	lbr_account_wipe(&course.drawn);
	return error;
}
