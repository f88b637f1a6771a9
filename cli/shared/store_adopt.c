/* `store adopt`: root accepts that the database lost what it had confirmed. No code up to now is accepted any more. */
#include <stdio.h>

#include "desk_log.h"
#include "judge.h"
#include "json.h"
#include "question.h"
#include "state.h"
#include "store_words.h"

static void say_own(const struct cli *cli, const struct loss *loss)
{
	char commits[16], from[CLI_TIME_MAX] = "?", to[CLI_TIME_MAX];

	snprintf(commits, sizeof(commits), "%u", loss->commits);
	if (loss->from_us > 0)
		cli_time_local(loss->from_us / 1000000, from);
	cli_write(stderr, cli->language, TEXT_ADOPT_LOST, commits, from, cli_time_local(loss->to_us / 1000000, to), NULL);
}

/* What the other hosts said before they refused. */
static void say_reported(const struct desk *desk)
{
	const struct cli *cli = desk->cli;
	char commits[16], when[CLI_TIME_MAX];
	const char *host = "";
	struct loss loss;
	size_t at = 0;

	while (cli_judge_reported(&desk->told[DESK_ROOT], &at, &host, &loss)) {
		snprintf(commits, sizeof(commits), "%u", loss.commits);
		cli_write(stderr, cli->language, TEXT_ADOPT_HOST, host, commits, cli_time_local(loss.to_us / 1000000, when), NULL);
	}
}

static bool is_reported(const struct told *root)
{
	const char *host = "";
	struct loss loss;
	size_t at = 0;

	return cli_judge_reported(root, &at, &host, &loss);
}

static json_t *reports_of(const struct told *root)
{
	json_t *list = json_array();
	const char *host = "";
	struct loss loss;
	size_t at = 0;

	while (cli_judge_reported(root, &at, &host, &loss))
		json_array_append_new(list, json_pack("{s:s, s:i, s:o}", "host", host, "lost", (int)loss.commits, "reported",
		                                      cli_json_time(loss.to_us / 1000000)));
	return list;
}

static void say(const struct desk *desk, const struct loss *loss, bool changed)
{
	const struct cli *cli = desk->cli;

	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:i, s:o, s:o, s:o, s:b}", "lost", (int)loss->commits, "from",
		                        cli_json_time(loss->from_us / 1000000), "to", cli_json_time(loss->to_us / 1000000), "hosts",
		                        reports_of(&desk->told[DESK_ROOT]), "changed", changed));
	else
		cli_write(stdout, cli->language, changed ? TEXT_ADOPTED : TEXT_ADOPT_NOTHING, NULL);
}

static enum cli_status accept_loss(struct desk *desk, const struct loss *loss, bool *ret_changed)
{
	struct lbr_reason reason = { .text = "" };
	enum cli_status status;
	enum lbr_error error;

	if (loss->commits > 0)
		say_own(desk->cli, loss);
	say_reported(desk);
	status = cli_ask_yes(desk->cli, TEXT_ADOPT_ASK, "", TEXT_ADOPT_LEFT);
	if (status != CLI_DONE)
		return status;
	error = lbr_store_accept_loss(desk->stores[DESK_ROOT], &reason);
	*ret_changed = error == LBR_OK;
	if (error == LBR_OK)
		return CLI_DONE;
	cli_fail_reason(desk->cli, NULL, error, &reason);
	return CLI_FAULT;
}

static enum cli_status adopt(struct desk *desk)
{
	const struct told *root = &desk->told[DESK_ROOT];
	enum cli_status status = CLI_DONE;
	bool changed = false;
	struct loss loss;

	if (root->error != LBR_OK) {
		cli_fail_reason(desk->cli, NULL, root->error, &root->reason);
		return CLI_FAULT;
	}
	if (!cli_told_has(root, "epoch"))
		return cli_fail(desk->cli, CLI_NO, TEXT_SHARED_NO_REALM, NULL);
	if (cli_judge_behind(root) || cli_judge_behind(&desk->told[DESK_HOST]))
		return cli_fail(desk->cli, CLI_FAULT, TEXT_SHARED_BEHIND, NULL);
	/* Root's own commands were told something too, and remember it under a login of their own. */
	if (cli_judge_loss(root, &desk->told[DESK_HOST], &loss) || cli_judge_loss(root, root, &loss) || is_reported(root))
		status = accept_loss(desk, &loss, &changed);
	if (status == CLI_DONE)
		say(desk, &loss, changed);
	cli_desk_log_change(desk->cli, NULL, status, changed);
	return status;
}

enum cli_status cli_store_adopt(struct cli *cli)
{
	struct desk desk = { .cli = NULL };
	enum cli_status status = cli_desk_open(cli, DESK_NEEDS_BOTH, &desk);

	if (status == CLI_DONE) {
		cli_desk_survey_both(&desk);
		status = adopt(&desk);
	}
	cli_desk_close(&desk);
	return status;
}
