/* A new temporary password for an account that is there. */
#include "temporary.h"

#include <liberations/recovery.h>

/* Once the password is no longer the person's own, nothing tells a history that lags what it lacks. */
static enum lbr_error settle_history(struct lbr_hold *hold, const struct lbr_settings *settings, struct lbr_reason *reason)
{
	struct lbr_history history = { .count = 0 };
	enum lbr_error error;

	if (hold->account.password_kind != LBR_PASSWORD_OWN)
		return LBR_OK;
	error = lbr_hold_load_history(hold, settings->history, &history, reason);
	if (error == LBR_OK && history.lags)
		error = lbr_hold_commit_history(hold, &history, reason);
	lbr_history_wipe(&history);
	return error;
}

/* Whoever was invited before there was a Unix user. */
static bool join(const struct person *person, struct lbr_account *account)
{
	if (account->has_uid || !person->has_uid)
		return false;
	account->has_uid = true;
	account->uid = person->uid;
	return true;
}

static enum lbr_error commit(const struct desk *desk, struct lbr_hold *hold, const struct temporary *temporary,
                             const struct reissue *reissue, bool *ret_joined, struct lbr_reason *reason)
{
	unsigned char key[LBR_TOKEN_KEY_LEN] = { 0 };
	enum lbr_error error = lbr_hold_relock(hold, reason);

	*ret_joined = error == LBR_OK && join(reissue->person, &hold->account);
	if (error == LBR_OK && reissue->new_token) {
		error = cli_temporary_draw_token(desk, &hold->account, key);
		hold->account.recovery_set = 0;
		hold->account.recovery_count = 0;
		lbr_wipe(hold->account.recovery_macs, sizeof(hold->account.recovery_macs));
	}
	lbr_wipe(key, sizeof(key)); /* the person sees it at the first sign-in */
	if (error == LBR_OK) {
		cli_temporary_put(temporary, &hold->account);
		error = reissue->new_token ? lbr_recovery_commit(hold, reason) : lbr_hold_commit_account(hold, reason);
	}
	return error;
}

static void say_joined(const struct cli *cli, const struct lbr_account *account)
{
	char number[24];

	snprintf(number, sizeof(number), "%u", (unsigned)account->uid);
	cli_write(stderr, cli->language, TEXT_JOINED, account->name, number, NULL);
}

static enum cli_status complain_unserved(const struct cli *cli, const char *name, enum lbr_error error,
                                         const struct lbr_reason *reason)
{
	cli_complain_reason(cli, name, error, reason);
	return cli_complain(cli, CLI_FAULT, TEXT_SERVES_NOT, cli_safe(name), NULL);
}

/* The account is known and unlocked: nobody waits while a password is hashed or a slow reader reads. */
static enum cli_status reissue_unlocked(const struct cli *cli, struct desk *desk, struct lbr_hold *hold,
                                        const struct reissue *reissue, bool *ret_shown_all)
{
	const char *name = hold->account.name;
	struct lbr_reason reason = { .text = "" };
	struct temporary temporary = { .set_s = 0 };
	enum cli_status status = CLI_DONE;
	enum lbr_error error = cli_temporary_draw(desk, reissue->life_s, &temporary);
	bool joined = false;

	if (error != LBR_OK) {
		status = cli_complain_reason(cli, name, error, &reason);
	} else if (!reissue->show(cli, &hold->account, &temporary, reissue->context)) {
		*ret_shown_all = false;
		status = cli_complain(cli, CLI_FAULT, TEXT_NOT_SHOWN, name, NULL);
	} else {
		error = commit(desk, hold, &temporary, reissue, &joined, &reason);
		if (error != LBR_OK)
			status = complain_unserved(cli, name, error, &reason);
		else if (joined)
			say_joined(cli, &hold->account);
	}
	lbr_wipe(&temporary, sizeof(temporary));
	return status;
}

enum cli_status cli_temporary_reissue(const struct cli *cli, struct desk *desk, const char *name,
                                      const struct reissue *reissue, bool *ret_shown_all)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_hold hold = { .known = false };
	enum cli_status status;
	enum lbr_error error = lbr_hold_open(desk->store, name, &hold, &reason);

	if (error == LBR_OK)
		error = settle_history(&hold, &desk->settings, &reason);
	if (error != LBR_OK) {
		status = cli_desk_complain(cli, name, error, &reason);
	} else if (reissue->invited_only && hold.account.password_kind != LBR_PASSWORD_TEMPORARY) {
		status = cli_complain(cli, CLI_NO, TEXT_NOT_INVITED, name, NULL);
	} else {
		lbr_hold_unlock(&hold);
		status = reissue_unlocked(cli, desk, &hold, reissue, ret_shown_all);
	}
	lbr_hold_close(&hold);
	return status;
}
