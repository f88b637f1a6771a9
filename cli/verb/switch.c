/* `disable`, `enable` and `expire`, for people who are named or listed in a file: the flags of an account. */
#include "admin_session.h"

#include <stdbool.h>
#include <stdio.h>

#include "desk_log.h"
#include "json.h"
#include "people.h"
#include "progress.h"
#include "would.h"

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
	cli_progress_clear();
	if (status != CLI_DONE)
		return status;
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:b, s:b}", "user", name, flag->key, flag->value, "changed", flag->changed));
	else
		cli_write(stdout, cli->language, flag->changed ? flag->said : flag->said_already, name, NULL);
	return CLI_DONE;
}

/* What would become of an account; or that it does not exist, at its place in the file. */
static enum cli_status judge_one(struct cli *cli, struct admin_session *session, struct person *person, struct flag *flag)
{
	struct lbr_reason reason = { .text = "" };
	enum cli_status status = CLI_DONE;
	struct csv_where where;
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(session->store, person->name, &view, &reason);

	cli_people_locate(cli, person, &where);
	if (error != LBR_OK)
		status = cli_admin_fail(cli, person->name, error, &reason);
	else
		person->skipped = !flag->set(&view.account);
	cli->where = NULL;
	lbr_view_release(&view);
	return status;
}

static enum cli_status judge_all(struct cli *cli, struct admin_session *session, const struct people *people, struct flag *flag)
{
	enum cli_status worst = CLI_DONE, status;
	size_t at;

	for (at = 0; at < people->count; at++) {
		status = judge_one(cli, session, &people->list[at], flag);
		worst = status > worst ? status : worst;
	}
	return worst;
}

/* A list that was interrupted is run again: who is so already stays so. */
static enum cli_status switch_people(struct cli *cli, struct admin_session *session, const struct people *people, struct flag *flag)
{
	enum cli_status worst = CLI_DONE, status;
	size_t at;

	for (at = 0; at < people->count; at++) {
		if (cli_has(cli, CLI_DRY_RUN)) {
			cli_say_would(cli, people->list[at].name, !people->list[at].skipped);
			continue;
		}
		cli_progress_draw(at, people->count);
		status = switch_one(cli, session, people->list[at].name, flag);
		worst = status > worst ? status : worst;
	}
	cli_progress_clear();
	return worst;
}

/* Every fault of the list first, then all of it or nothing. The file is opened as the user who runs this. */
static enum cli_status switch_listed(struct cli *cli, struct flag *flag)
{
	struct admin_session session = { .store = NULL };
	struct people people = { .names_only = true };
	enum cli_status worst, status = cli_settings_load(cli, &session.settings);

	if (status != CLI_DONE)
		return status;
	worst = cli_people_read(cli, &people);
	status = cli_admin_open_loaded(cli, &session);
	if (status == CLI_DONE) {
		status = judge_all(cli, &session, &people, flag);
		worst = status > worst ? status : worst;
		status = worst == CLI_DONE ? switch_people(cli, &session, &people, flag)
		                           : cli_fail(cli, worst, TEXT_NOTHING_SWITCHED, NULL);
	}
	cli_admin_close(&session);
	cli_people_free(&people);
	return status;
}

static enum cli_status switch_named(struct cli *cli, struct flag *flag)
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

static enum cli_status switch_all(struct cli *cli, struct flag *flag)
{
	return cli->options & (CLI_CSV | CLI_DRY_RUN) ? switch_listed(cli, flag) : switch_named(cli, flag);
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
