/* A new temporary password for an existing account. */
#include "temporary.h"

#include <stdbool.h>
#include <stdio.h>

#include <liberations/recovery.h>
#include <liberations/recovery_renew.h>

#include "ahead.h"
#include "desk_log.h"

/* One reissue on its way to the store. */
struct reissuing {
	const struct reissue   *reissue;
	const struct temporary *temporary;
	struct lbr_account      drawn; /* bears the new token */
	struct lbr_account      before;
	bool                    joined;
};

static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	struct reissuing *course = context;
	struct lbr_account *account = &view->account;

	(void)reason;
	course->before = *account;
	course->joined = cli_person_join(course->reissue->person, account);
	cli_temporary_put(course->temporary, account);
	*ret_parts = LBR_PART_ACCOUNT;
	if (!course->reissue->new_token)
		return LBR_OK;
	account->token = course->drawn.token;
	account->token_kind = course->drawn.token_kind;
	lbr_recovery_clear(account);
	*ret_parts = lbr_recovery_adopt(view);
	return LBR_OK;
}

static enum lbr_error commit(const struct admin_session *session, struct lbr_view *view, const struct temporary *temporary,
                             const struct reissue *reissue, const struct cli *cli, struct lbr_reason *reason)
{
	struct reissuing course = { .reissue = reissue, .temporary = temporary, .drawn = view->account };
	unsigned char key[LBR_TOKEN_KEY_LEN] = { 0 };
	enum lbr_error error = LBR_OK;

	if (reissue->new_token)
		error = cli_temporary_draw_token(session, &course.drawn, key);
	lbr_wipe(key, sizeof(key)); /* the person sees it at the first sign-in */
	if (error == LBR_OK)
		error = lbr_store_commit(view, edit, &course, reason);
	if (error == LBR_OK && course.joined)
		cli_person_say_joined(cli, &course.before, &view->account);
	lbr_account_wipe(&course.drawn);
	lbr_account_wipe(&course.before);
	return error;
}

enum cli_status cli_temporary_fail_unserved(const struct cli *cli, const char *name, enum lbr_error error,
                                            const struct lbr_reason *reason)
{
	cli_fail_reason(cli, name, error, reason);
	return cli_fail(cli, CLI_FAULT, error == LBR_ERR_UNKNOWN ? TEXT_PERHAPS_SERVES : TEXT_SERVES_NOT, cli_safe(name), NULL);
}

/* The life that was given when the account was invited, if none is given now. */
static unsigned life_of(const struct admin_session *session, const struct lbr_account *account, const struct reissue *reissue)
{
	int64_t given_s = account->invited_until_s - account->password_set_s;

	if (reissue->life_s > 0)
		return reissue->life_s;
	return given_s >= CLI_LIFE_MIN_S && given_s <= CLI_LIFE_MAX_S ? (unsigned)given_s : session->settings.invitation_life_s;
}

static enum lbr_error draw(const struct admin_session *session, unsigned life_s, struct ahead *ahead, struct temporary *ret)
{
	return ahead != NULL ? cli_ahead_take(ahead, life_s, ret) : cli_temporary_draw(session->settings.hash_cost, life_s, ret);
}

static enum cli_status reissue_known(const struct cli *cli, struct admin_session *session, struct lbr_view *view,
                                        const struct reissue *reissue, bool *ret_shown_all)
{
	const char *name = view->account.name;
	struct lbr_reason reason = { .text = "" };
	struct temporary temporary = { .set_s = 0 };
	enum cli_status status = CLI_DONE;
	enum lbr_error error = draw(session, life_of(session, &view->account, reissue), reissue->ahead, &temporary);

	if (error != LBR_OK) {
		status = cli_fail_reason(cli, name, error, &reason);
	} else if (!reissue->show(cli, &view->account, &temporary, reissue->context)) {
		*ret_shown_all = false;
		status = cli_fail(cli, CLI_FAULT, TEXT_NOT_SHOWN, name, NULL);
	} else {
		error = commit(session, view, &temporary, reissue, cli, &reason);
		if (error != LBR_OK)
			status = cli_temporary_fail_unserved(cli, name, error, &reason);
	}
	lbr_wipe(&temporary, sizeof(temporary));
	return status;
}

enum cli_status cli_temporary_reissue(const struct cli *cli, struct admin_session *session, const char *name,
                                      const struct reissue *reissue, bool *ret_shown_all)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	enum cli_status status;
	enum lbr_error error = lbr_store_load(session->store, name, &view, &reason);

	/* Loaded, it is completed by the commit: once the password is no longer the person's own, nothing can tell what it
	 * lacks. */
	if (error == LBR_OK && view.account.password_kind == LBR_PASSWORD_OWN)
		error = lbr_view_load_history(&view, session->settings.history, &reason);
	if (error != LBR_OK)
		status = cli_admin_fail(cli, name, error, &reason);
	else if (reissue->invited_only && view.account.password_kind != LBR_PASSWORD_TEMPORARY)
		status = cli_fail(cli, CLI_NO, TEXT_NOT_INVITED, name, NULL);
	else
		status = reissue_known(cli, session, &view, reissue, ret_shown_all);
	cli_desk_log(cli, name, status);
	lbr_view_release(&view);
	return status;
}
