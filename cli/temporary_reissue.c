/* A new temporary password for an existing account. */
#include "temporary.h"

#include <stdbool.h>
#include <stdio.h>

#include <liberations/recovery.h>
#include <liberations/recovery_renew.h>

/* Completes a history that lags now: once the password is no longer the person's own, nothing can tell what it lacks. */
static enum lbr_error settle_history(struct lbr_locked_account *locked, const struct lbr_settings *settings,
                                     struct lbr_reason *reason)
{
	struct lbr_history history = { .count = 0 };
	enum lbr_error error;

	if (locked->account.password_kind != LBR_PASSWORD_OWN)
		return LBR_OK;
	error = lbr_account_load_history(locked, settings->history, &history, reason);
	if (error == LBR_OK && history.lags)
		error = lbr_account_commit_history(locked, &history, reason);
	lbr_history_wipe(&history);
	return error;
}

/* Adds the uid of a person who was invited before the Unix user existed. */
static bool join(const struct person *person, struct lbr_account *account)
{
	if (account->has_uid || !person->has_uid)
		return false;
	account->has_uid = true;
	account->uid = person->uid;
	return true;
}

static enum lbr_error commit(const struct admin_session *session, struct lbr_locked_account *locked,
                             const struct temporary *temporary,
                             const struct reissue *reissue, bool *ret_joined, struct lbr_reason *reason)
{
	unsigned char key[LBR_TOKEN_KEY_LEN] = { 0 };
	enum lbr_error error = lbr_account_relock(locked, reason);

	*ret_joined = error == LBR_OK && join(reissue->person, &locked->account);
	if (error == LBR_OK && reissue->new_token) {
		error = cli_temporary_draw_token(session, &locked->account, key);
		lbr_recovery_clear(&locked->account);
	}
	lbr_wipe(key, sizeof(key)); /* the person sees it at the first sign-in */
	if (error == LBR_OK) {
		cli_temporary_put(temporary, &locked->account);
		error = reissue->new_token ? lbr_recovery_commit(locked, reason) : lbr_account_commit(locked, reason);
	}
	return error;
}

static void say_joined(const struct cli *cli, const struct lbr_account *account)
{
	char number[24];

	snprintf(number, sizeof(number), "%u", (unsigned)account->uid);
	cli_write(stderr, cli->language, TEXT_JOINED, account->name, number, NULL);
}

static enum cli_status fail_unserved(const struct cli *cli, const char *name, enum lbr_error error,
                                         const struct lbr_reason *reason)
{
	cli_fail_reason(cli, name, error, reason);
	return cli_fail(cli, CLI_FAULT, TEXT_SERVES_NOT, cli_safe(name), NULL);
}

/* The account is known and unlocked: no sign-in waits while a password is hashed or a slow reader reads. */
static enum cli_status reissue_unlocked(const struct cli *cli, struct admin_session *session, struct lbr_locked_account *locked,
                                        const struct reissue *reissue, bool *ret_shown_all)
{
	const char *name = locked->account.name;
	struct lbr_reason reason = { .text = "" };
	struct temporary temporary = { .set_s = 0 };
	enum cli_status status = CLI_DONE;
	enum lbr_error error = cli_temporary_draw(session, reissue->life_s, &temporary);
	bool joined = false;

	if (error != LBR_OK) {
		status = cli_fail_reason(cli, name, error, &reason);
	} else if (!reissue->show(cli, &locked->account, &temporary, reissue->context)) {
		*ret_shown_all = false;
		status = cli_fail(cli, CLI_FAULT, TEXT_NOT_SHOWN, name, NULL);
	} else {
		error = commit(session, locked, &temporary, reissue, &joined, &reason);
		if (error != LBR_OK)
			status = fail_unserved(cli, name, error, &reason);
		else if (joined)
			say_joined(cli, &locked->account);
	}
	lbr_wipe(&temporary, sizeof(temporary));
	return status;
}

enum cli_status cli_temporary_reissue(const struct cli *cli, struct admin_session *session, const char *name,
                                      const struct reissue *reissue, bool *ret_shown_all)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_locked_account locked = { .known = false };
	enum cli_status status;
	enum lbr_error error = lbr_account_lock(session->store, name, &locked, &reason);

	if (error == LBR_OK)
		error = settle_history(&locked, &session->settings, &reason);
	if (error != LBR_OK) {
		status = cli_admin_fail(cli, name, error, &reason);
	} else if (reissue->invited_only && locked.account.password_kind != LBR_PASSWORD_TEMPORARY) {
		status = cli_fail(cli, CLI_NO, TEXT_NOT_INVITED, name, NULL);
	} else {
		lbr_account_unlock(&locked);
		status = reissue_unlocked(cli, session, &locked, reissue, ret_shown_all);
	}
	lbr_account_release(&locked);
	return status;
}
