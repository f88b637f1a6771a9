/* `store join`: proves that this host can use the shared accounts, before it does. Starts nothing, and changes no file. The login
 * of the host is enough for it. */
#include <stdio.h>
#include <string.h>

#include "judge.h"
#include "json.h"
#include "state.h"
#include "store_words.h"

static enum lbr_error touch(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	(void)context;
	(void)view;
	(void)reason;
	*ret_parts = LBR_PART_COUNTERS;
	return LBR_OK;
}

/* With this host's login: hello proves version, key and clock; then what each sign-in does, on a decoy. */
static enum lbr_error commit_decoy(struct desk *desk, struct lbr_reason *reason)
{
	struct lbr_view view;
	enum lbr_error error = lbr_store_load_decoy(desk->stores[DESK_HOST], "", &view, reason);

	if (error == LBR_OK)
		error = lbr_store_commit(&view, touch, NULL, reason);
	lbr_view_release(&view);
	return error;
}

static void say(const struct desk *desk, const struct findings *found)
{
	const struct cli *cli = desk->cli;
	const char *login = cli_told(&desk->told[DESK_HOST], "login"), *server = cli_told(&desk->told[DESK_HOST], "server");
	bool switched = desk->session.settings.store != LBR_STORE_FILE;

	if (cli_has(cli, CLI_JSON)) {
		cli_json_line(json_pack("{s:s, s:s, s:s, s:b}", "login", login, "server", server, "key",
		                        cli_told(cli_desk_told(desk), "active_key"), "configured", switched));
		return;
	}
	if (found->count > 0)
		cli_findings_print(cli, found);
	cli_write(stdout, cli->language, switched ? TEXT_SHARED_JOINED : TEXT_SHARED_MAY_JOIN, login, server, cli->config, NULL);
}

static enum cli_status prove(struct desk *desk, struct findings *found)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = commit_decoy(desk, &reason);
	bool critical = cli_findings_worst(found) == FINDING_CRITICAL;

	if (critical && !cli_has(desk->cli, CLI_JSON))
		cli_findings_print(desk->cli, found);
	if (critical)
		return cli_fail(desk->cli, CLI_FAULT, TEXT_SHARED_CANNOT_JOIN, NULL);
	if (error != LBR_OK) {
		cli_fail_reason(desk->cli, NULL, error, &reason);
		return CLI_FAULT;
	}
	say(desk, found);
	return CLI_DONE;
}

enum cli_status cli_store_join(struct cli *cli)
{
	struct findings found = { .language = cli->language };
	struct desk desk = { .cli = NULL };
	enum cli_status status = cli_desk_open(cli, DESK_NEEDS_HOST, &desk);

	if (status == CLI_DONE) {
		cli_shared_judge_database(&desk, &found);
		status = prove(&desk, &found);
	}
	cli_findings_free(&found);
	cli_desk_close(&desk);
	return status;
}
