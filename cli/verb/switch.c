/* `disable USER...`, `enable USER...` and `expire USER...`: the flags of an account. */
#include "admin_session.h"

#include <stdbool.h>
#include <stdio.h>

#include "desk_log.h"
#include "json.h"

struct flag {
	bool        (*set)(struct lbr_account *account); /* true if that changed anything */
	enum cli_text said, said_already;
	const char   *key; /* in JSON, with what it is now */
	bool          value;
	bool          changed;
};

static bool set_disabled(struct lbr_account *account, bool disabled)
{
	bool changed = account->disabled != disabled;

	account->disabled = disabled;
	return changed;
}

static bool disable(struct lbr_account *account)
{
	return set_disabled(account, true);
}

static bool enable(struct lbr_account *account)
{
	return set_disabled(account, false);
}

/* A temporary password must be changed anyway. */
static bool expire(struct lbr_account *account)
{
	bool changed = account->password_kind == LBR_PASSWORD_OWN && !account->must_change;

	account->must_change = account->must_change || changed;
	return changed;
}

static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	struct flag *flag = context;

	(void)reason;
	flag->changed = flag->set(&view->account);
	*ret_parts = flag->changed ? LBR_PART_ACCOUNT : LBR_PART_NONE;
	return LBR_OK;
}

/* The generation grows with the write, so a sign-in under way is refused at its commit. */
static enum lbr_error set_flag(struct admin_session *session, const char *name, struct flag *flag, struct lbr_reason *reason)
{
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(session->store, name, &view, reason);

	if (error == LBR_OK)
		error = lbr_store_commit(&view, edit, flag, reason);
	lbr_view_release(&view);
	return error;
}

static enum cli_status switch_one(const struct cli *cli, struct admin_session *session, const char *name, struct flag *flag)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = set_flag(session, name, flag, &reason);
	enum cli_status status = error == LBR_OK ? CLI_DONE : cli_admin_fail(cli, name, error, &reason);

	cli_desk_log_change(cli, name, status, flag->changed);
	if (status != CLI_DONE)
		return status;
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:b, s:b}", "user", name, flag->key, flag->value, "changed", flag->changed));
	else
		cli_write(stdout, cli->language, flag->changed ? flag->said : flag->said_already, name, NULL);
	return CLI_DONE;
}

static enum cli_status switch_all(struct cli *cli, struct flag *flag)
{
	struct admin_session session = { .store = NULL };
	enum cli_status worst = cli_admin_open(cli, &session), status;
	int at;

	if (worst != CLI_DONE)
		return worst;
	for (at = 0; at < cli->count; at++) {
		status = switch_one(cli, &session, cli->words[at], flag);
		if (status > worst)
			worst = status;
	}
	cli_admin_close(&session);
	return worst;
}

enum cli_status cli_disable(struct cli *cli)
{
	struct flag flag = { disable, TEXT_DISABLED, TEXT_DISABLED_ALREADY, "disabled", true, false };

	return switch_all(cli, &flag);
}

enum cli_status cli_enable(struct cli *cli)
{
	struct flag flag = { enable, TEXT_ENABLED, TEXT_ENABLED_ALREADY, "disabled", false, false };

	return switch_all(cli, &flag);
}

enum cli_status cli_expire(struct cli *cli)
{
	struct flag flag = { expire, TEXT_MUST_CHANGE_NOW, TEXT_MUST_CHANGE_NOW_ALREADY, "must_change", true, false };

	return switch_all(cli, &flag);
}
