/* `unlock USER...` and `unlock --all`: clears the failures and waits of every lane. */
#include "admin_session.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <liberations/token.h>

#include "desk_log.h"
#include "json.h"
#include "question.h"
#include "would.h"

struct unlocking {
	const struct cli *cli;
	struct admin_session      *session;
	enum cli_status   status; /* the worst so far */
};

static void forget_failures(struct lbr_counters *counters)
{
	memset(counters->lanes, 0, sizeof(counters->lanes));
}

struct forgetting {
	const int64_t *last_step; /* NULL: as it is */
	bool           changed;
};

/* The last step, if given, is lowered: a clock that once ran ahead must not keep the person out until that time comes. */
static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	static const struct lbr_lane_counters none[LBR_LANES];
	struct forgetting *forgetting = context;
	bool runs_ahead = forgetting->last_step != NULL && view->counters.last_step > *forgetting->last_step;

	(void)reason;
	forgetting->changed = runs_ahead || memcmp(view->counters.lanes, none, sizeof(none)) != 0;
	if (runs_ahead)
		view->counters.last_step = *forgetting->last_step;
	forget_failures(&view->counters);
	*ret_parts = forgetting->changed ? LBR_PART_COUNTERS : LBR_PART_NONE;
	return LBR_OK;
}

/* Every code up to this one counts as used. */
static int64_t step_now(const struct admin_session *session)
{
	return lbr_token_step(cli_now_s()) + session->settings.window;
}

static enum lbr_error clear(struct admin_session *session, const char *name, bool clock, bool *ret_changed,
                            struct lbr_reason *reason)
{
	int64_t last_step = step_now(session);
	struct forgetting forgetting = { .last_step = clock ? &last_step : NULL };
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(session->store, name, &view, reason);

	if (error == LBR_OK)
		error = lbr_store_commit(&view, edit, &forgetting, reason);
	lbr_view_release(&view);
	*ret_changed = forgetting.changed;
	return error;
}

/* New counters, whatever the old ones held. Every code up to now + window counts as used, and so does the set of recovery
 * codes, so that an old backup never revives one; the rest is kept where it is still readable. */
static enum lbr_error rebuild(struct admin_session *session, const char *name, struct lbr_reason *reason)
{
	struct lbr_counters counters = { .last_step = 0 };
	struct lbr_view view;

	if (lbr_store_load(session->store, name, &view, reason) == LBR_OK)
		counters = view.counters;
	lbr_view_release(&view);
	counters.last_step = step_now(session); /* set, for the same reason */
	counters.recovery_set = 0; /* matches no set of the account, so none of its codes works */
	counters.recovery_used = 0;
	forget_failures(&counters);
	return lbr_store_rebuild_counters(session->store, name, &counters, reason);
}

/* Counters that cannot be read are for --rebuild, which changes any. */
static enum cli_status say_dry(const struct cli *cli, struct admin_session *session, const char *name)
{
	int64_t last_step = step_now(session);
	struct forgetting forgetting = { .last_step = cli_has(cli, CLI_CLOCK) ? &last_step : NULL, .changed = true };
	struct lbr_reason reason = { .text = "" };
	unsigned parts = LBR_PART_NONE;
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(session->store, name, &view, &reason);
	enum cli_status status = CLI_DONE;

	if (error != LBR_OK && (error == LBR_ERR_ABSENT || !cli_has(cli, CLI_REBUILD)))
		status = cli_admin_fail(cli, name, error, &reason);
	else if (!cli_has(cli, CLI_REBUILD))
		(void)edit(&forgetting, &view, &parts, &reason);
	lbr_view_release(&view);
	if (status == CLI_DONE)
		cli_say_would(cli, name, forgetting.changed);
	return status;
}

static enum cli_status unlock_now(const struct cli *cli, struct admin_session *session, const char *name)
{
	struct lbr_reason reason = { .text = "" };
	bool anew = cli_has(cli, CLI_REBUILD), changed = anew;
	enum lbr_error error = anew ? rebuild(session, name, &reason)
	                            : clear(session, name, cli_has(cli, CLI_CLOCK), &changed, &reason);
	enum cli_status status = error == LBR_OK ? CLI_DONE : cli_admin_fail(cli, name, error, &reason);

	cli_desk_log_change(cli, name, status, changed);
	if (status != CLI_DONE)
		return status;
	if (cli_has(cli, CLI_JSON)) {
		cli_json_line(json_pack("{s:s, s:b, s:b, s:b}", "user", name, "unlocked", 1, "rebuilt", anew, "changed", changed));
	} else {
		cli_write(stdout, cli->language, anew ? TEXT_REBUILT : changed ? TEXT_UNLOCKED : TEXT_UNLOCKED_ALREADY, name, NULL);
	}
	return CLI_DONE;
}

static enum cli_status unlock(const struct cli *cli, struct admin_session *session, const char *name)
{
	return cli_has(cli, CLI_DRY_RUN) ? say_dry(cli, session, name) : unlock_now(cli, session, name);
}

static void keep_worst(enum cli_status *kept, enum cli_status status)
{
	if (status > *kept)
		*kept = status;
}

static int unlock_listed(void *context, const char *name, const struct lbr_account *account,
                         const struct lbr_counters *counters, const struct lbr_reason *reason)
{
	struct unlocking *unlocking = context;

	(void)counters;
	if (account == NULL)
		keep_worst(&unlocking->status, cli_fail_reason(unlocking->cli, name, LBR_ERR_DAMAGED, reason));
	else
		keep_worst(&unlocking->status, unlock(unlocking->cli, unlocking->session, name));
	return 0;
}

static enum cli_status unlock_all(const struct cli *cli, struct admin_session *session)
{
	struct unlocking unlocking = { cli, session, CLI_DONE };
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_store_list(session->store, unlock_listed, &unlocking, &reason);

	if (error != LBR_OK) {
		cli_fail_reason(cli, NULL, error, &reason);
		return CLI_FAULT;
	}
	return unlocking.status;
}

/* A script that unlocks everybody, as after a restore, need not be asked; a person may have meant one name. */
static enum cli_status ask(const struct cli *cli)
{
	if (!cli_has(cli, CLI_ALL) || cli_has(cli, CLI_DRY_RUN) || !isatty(STDIN_FILENO))
		return CLI_DONE;
	return cli_ask_yes(cli, cli_has(cli, CLI_REBUILD) ? TEXT_REBUILD_ALL_ASK : TEXT_UNLOCK_ALL_ASK, "", TEXT_NOTHING_UNLOCKED);
}

enum cli_status cli_unlock(struct cli *cli)
{
	struct admin_session session = { .store = NULL };
	enum cli_status status;
	int at;

	if (cli_has(cli, CLI_CLOCK) && cli_has(cli, CLI_REBUILD))
		return cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name, "--clock", "--rebuild", NULL);
	status = ask(cli);
	if (status == CLI_DONE)
		status = cli_admin_open(cli, &session);
	if (status != CLI_DONE)
		return status;
	if (cli_has(cli, CLI_ALL))
		status = unlock_all(cli, &session);
	for (at = 0; at < cli->count; at++)
		keep_worst(&status, unlock(cli, &session, cli->words[at]));
	cli_admin_close(&session);
	return status;
}
