/* `history USER`: how many passwords are kept and since when, never a hash; or forgets all but the current one. */
#include <liberations/history.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "admin_session.h"
#include "desk_log.h"
#include "json.h"
#include "question.h"

static enum lbr_error load(struct admin_session *session, const char *name, struct lbr_history *history, struct lbr_reason *reason)
{
	struct lbr_view view;
	enum lbr_error error = lbr_store_load_with_history(session->store, name, session->settings.history, &view, reason);

	*history = view.history;
	lbr_view_release(&view);
	return error;
}

static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	const struct admin_session *session = context;

	(void)reason;
	lbr_history_heal(&view->history, &view->account, session->settings.history);
	*ret_parts = LBR_PART_HISTORY;
	return LBR_OK;
}

/* A damaged history is repaired by this; one that a newer release wrote is not damaged. */
static enum lbr_error find_more(struct admin_session *session, const char *name, struct lbr_history *history, bool *ret,
                                struct lbr_reason *reason)
{
	enum lbr_error error = load(session, name, history, reason);

	*ret = error != LBR_OK || history->count > 1;
	return error == LBR_ERR_NEWER ? error : LBR_OK;
}

static enum lbr_error forget(struct admin_session *session, const char *name, struct lbr_history *history, bool *ret_changed,
                             struct lbr_reason *reason)
{
	struct lbr_view view;
	enum lbr_error error = find_more(session, name, history, ret_changed, reason);

	if (error != LBR_OK || !*ret_changed)
		return error;
	error = lbr_store_load(session->store, name, &view, reason);
	if (error == LBR_OK)
		error = lbr_store_commit(&view, edit, session, reason);
	*history = view.history;
	lbr_view_release(&view);
	return error;
}

static void print(const struct cli *cli, const struct admin_session *session, const struct lbr_history *history, bool changed)
{
	const char *name = cli->words[0];
	int64_t since_s = history->count > 0 ? history->entries[history->count - 1].set_s : 0;
	char since[CLI_TIME_MAX], kept[24], most[24];

	if (cli_has(cli, CLI_JSON)) {
		cli_json_line(json_pack("{s:s, s:i, s:i, s:o, s:b, s:b}", "user", name, "kept", (int)history->count,
		                        "most", (int)session->settings.history, "since", cli_json_time(since_s),
		                        "forgotten", cli_has(cli, CLI_FORGET), "changed", changed));
		return;
	}
	snprintf(kept, sizeof(kept), "%u", history->count);
	snprintf(most, sizeof(most), "%u", session->settings.history);
	if (cli_has(cli, CLI_FORGET))
		cli_write(stdout, cli->language, changed ? TEXT_FORGOTTEN : TEXT_FORGOTTEN_ALREADY, name, NULL);
	else if (history->count == 0)
		cli_write(stdout, cli->language, TEXT_HISTORY_EMPTY, name, NULL);
	else
		cli_write(stdout, cli->language, TEXT_HISTORY, name, kept, most, cli_time_local(since_s, since), NULL);
}

static enum cli_status work(const struct cli *cli, struct admin_session *session)
{
	struct lbr_history history = { .count = 0 };
	struct lbr_reason reason = { .text = "" };
	enum cli_status status = CLI_DONE;
	bool changed = false;
	enum lbr_error error = cli_has(cli, CLI_FORGET) ? forget(session, cli->words[0], &history, &changed, &reason) :
	                       load(session, cli->words[0], &history, &reason);

	if (error == LBR_OK)
		print(cli, session, &history, changed);
	else
		status = cli_admin_fail(cli, cli->words[0], error, &reason);
	cli_desk_log_change(cli, cli->words[0], status, changed);
	lbr_history_wipe(&history);
	return status;
}

enum cli_status cli_history(struct cli *cli)
{
	struct admin_session session = { .store = NULL };
	enum cli_status status = cli_admin_open(cli, &session);

	if (status == CLI_DONE && cli_has(cli, CLI_FORGET))
		status = cli_ask_yes(cli, TEXT_FORGET_ASK, cli->words[0], TEXT_NOT_FORGOTTEN);
	if (status == CLI_DONE)
		status = work(cli, &session);
	cli_admin_close(&session);
	return status;
}
