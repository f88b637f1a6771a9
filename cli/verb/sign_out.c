/* `sign-out USER...` and `sign-out --all`: one commit that changes nothing, so that what was signed in before has ended. */
#include "admin_session.h"

#include <stdio.h>

#include "desk_log.h"
#include "json.h"

struct signing_out {
	const struct cli     *cli;
	struct admin_session *session;
	enum cli_status       status; /* the worst so far */
};

/* The generation grows with the write. */
static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	(void)context, (void)view, (void)reason;
	*ret_parts = LBR_PART_ACCOUNT;
	return LBR_OK;
}

static enum cli_status sign_out(const struct cli *cli, struct admin_session *session, const char *name)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(session->store, name, &view, &reason);
	enum cli_status status;

	if (error == LBR_OK)
		error = lbr_store_commit(&view, edit, NULL, &reason);
	lbr_view_release(&view);
	status = error == LBR_OK ? CLI_DONE : cli_admin_fail(cli, name, error, &reason);
	cli_desk_log(cli, name, status);
	if (status != CLI_DONE)
		return status;
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:b, s:b}", "user", name, "signed_out", 1, "changed", 1));
	else
		cli_write(stdout, cli->language, TEXT_SIGNED_OUT, name, NULL);
	return CLI_DONE;
}

static void keep_worst(struct signing_out *all, enum cli_status status)
{
	if (status > all->status)
		all->status = status;
}

static int sign_out_listed(void *context, const char *name, const struct lbr_account *account,
                           const struct lbr_counters *counters, const struct lbr_reason *reason)
{
	struct signing_out *all = context;

	(void)counters;
	if (account == NULL)
		keep_worst(all, cli_fail_reason(all->cli, name, LBR_ERR_DAMAGED, reason));
	else
		keep_worst(all, sign_out(all->cli, all->session, name));
	return 0;
}

static void sign_out_all(struct signing_out *all)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_store_list(all->session->store, sign_out_listed, all, &reason);

	if (error != LBR_OK) {
		cli_fail_reason(all->cli, NULL, error, &reason);
		keep_worst(all, CLI_FAULT);
	}
}

/* A name that was mistyped is told before anybody is signed out. */
static void judge_named(struct signing_out *all)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	enum cli_status status;
	enum lbr_error error;
	int at;

	for (at = 0; at < all->cli->count; at++) {
		error = lbr_store_load(all->session->store, all->cli->words[at], &view, &reason);
		lbr_view_release(&view);
		if (error == LBR_OK)
			continue;
		status = cli_admin_fail(all->cli, all->cli->words[at], error, &reason);
		cli_desk_log(all->cli, all->cli->words[at], status);
		keep_worst(all, status);
	}
}

static void sign_out_named(struct signing_out *all)
{
	int at;

	judge_named(all);
	if (all->status != CLI_DONE && all->cli->count > 1)
		cli_fail(all->cli, all->status, TEXT_NOBODY_SIGNED_OUT, NULL);
	if (all->status != CLI_DONE)
		return;
	for (at = 0; at < all->cli->count; at++)
		keep_worst(all, sign_out(all->cli, all->session, all->cli->words[at]));
}

enum cli_status cli_sign_out(struct cli *cli)
{
	struct admin_session session = { .store = NULL };
	struct signing_out all = { cli, &session, cli_admin_open(cli, &session) };

	if (all.status != CLI_DONE)
		return all.status;
	if (cli_has(cli, CLI_ALL))
		sign_out_all(&all);
	else
		sign_out_named(&all);
	cli_admin_close(&session);
	return all.status;
}
