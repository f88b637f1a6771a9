/* `store init`: the schema, the accounts' realm and decoys, in a database that has none. Every fault before any change. */
#include <stdio.h>
#include <string.h>

#include <liberations/store_schema.h>

#include "desk_log.h"
#include "judge.h"
#include "json.h"
#include "state.h"
#include "store_words.h"

#define QUOTED_MAX 160 /* twice a login, and two marks */

/* Between two marks, each mark inside doubled. */
static void quote(const char *name, char mark, char ret[QUOTED_MAX])
{
	size_t len = 0;

	ret[len++] = mark;
	for (; *name != '\0' && len + 4 < QUOTED_MAX; name++) {
		if (*name == mark)
			ret[len++] = mark;
		ret[len++] = *name;
	}
	ret[len++] = mark;
	ret[len] = '\0';
}

/* For the database's administrator: what this host would have run itself. */
static enum cli_status print_sql(const struct desk *desk)
{
	const struct cli *cli = desk->cli;
	char host[QUOTED_MAX], root[QUOTED_MAX], more[4 * QUOTED_MAX];
	const struct told *told;

	for (told = desk->told; told < &desk->told[DESK_SIDES]; told++)
		if (!cli_told_has(told, "login"))
			return cli_fail_reason(cli, NULL, told->error, &told->reason);
	quote(cli_told(&desk->told[DESK_HOST], "login"), '\'', host);
	quote(cli_told(&desk->told[DESK_ROOT], "login"), '"', root);
	snprintf(more, sizeof(more),
	         "SELECT lbr_v1.add_host(%s);\nCREATE ROLE %s LOGIN CONNECTION LIMIT 16 IN ROLE lbr_admin;\n"
	         "ALTER ROLE %s SET lock_timeout = '5s';\n", host, root, root);
	if (cli_has(cli, CLI_JSON)) {
		cli_json_line(json_pack("{s:s, s:s}", "schema", lbr_store_schema(), "logins", more));
		return CLI_DONE;
	}
	fputs(lbr_store_schema(), stdout);
	fputs(more, stdout);
	return CLI_DONE;
}

static enum cli_status refuse(const struct cli *cli, const struct doctor_finding *finding)
{
	return cli_fail(cli, CLI_FAULT, TEXT_BARE, finding->text, NULL);
}

/* A login of this host is made by the schema's owner, and root's login becomes one of lbr_admin. */
static enum cli_status judge(const struct desk *desk)
{
	const struct told *root = &desk->told[DESK_ROOT];
	const struct both_sides sides = { root, root, "", "", cli_now_s() * 1000000, false };
	struct findings found = { .language = desk->cli->language };
	const struct doctor_finding *first;
	enum cli_status status = CLI_DONE;

	if (cli_told_has(root, "epoch"))
		return cli_fail(desk->cli, CLI_NO, TEXT_SHARED_EXISTS, NULL);
	cli_judge_server(&sides, &found);
	for (unsigned at = 0; at < found.count && status == CLI_DONE; at++) {
		first = found.list[at];
		if (first->level == FINDING_CRITICAL && strcmp(first->check, "realm") != 0 && strcmp(first->check, "rights") != 0)
			status = refuse(desk->cli, first);
	}
	cli_findings_free(&found);
	if (status == CLI_DONE && !cli_told_flag(root, "schema") &&
	    (!cli_told_flag(root, "may_create_roles") || !cli_told_flag(root, "may_create_schema")))
		status = cli_fail(desk->cli, CLI_FAULT, TEXT_SHARED_MAY_NOT_CREATE, cli_told(root, "login"),
		                  cli_told(root, "database"),
		                  NULL);
	return status;
}

static enum lbr_error make(struct desk *desk, struct lbr_reason *reason)
{
	const struct told *root = &desk->told[DESK_ROOT];
	enum lbr_error error = LBR_OK;

	if (!cli_told_flag(root, "schema") || cli_told_flag(root, "may_create_roles"))
		error = lbr_store_install(desk->stores[DESK_ROOT], cli_told(&desk->told[DESK_HOST], "login"), true, reason);
	if (error == LBR_OK)
		error = lbr_store_found(desk->stores[DESK_ROOT], LBR_WINDOW_MAX, reason); /* another host may have it */
	return error;
}

static void say(const struct desk *desk)
{
	const struct cli *cli = desk->cli;
	const char *key = lbr_keyring_id(desk->session.keyring), *login = cli_told(&desk->told[DESK_HOST], "login");

	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:s, s:b}", "key", key, "login", login, "changed", 1));
	else
		cli_write(stdout, cli->language, TEXT_SHARED_FOUNDED, key, login, cli_told(&desk->told[DESK_ROOT], "database"),
		          NULL);
}

static enum cli_status found(struct desk *desk)
{
	struct lbr_reason reason = { .text = "" };
	enum cli_status status = judge(desk);
	enum lbr_error error;

	if (status != CLI_DONE)
		return status;
	error = make(desk, &reason);
	if (error == LBR_ERR_EXISTS)
		return cli_fail(desk->cli, CLI_NO, TEXT_SHARED_EXISTS, NULL);
	if (error != LBR_OK) {
		cli_fail_reason(desk->cli, NULL, error, &reason);
		return CLI_FAULT;
	}
	say(desk);
	return CLI_DONE;
}

enum cli_status cli_store_init(struct cli *cli)
{
	struct desk desk = { .cli = NULL };
	enum cli_status status = cli_desk_open(cli, DESK_NEEDS_BOTH, &desk);

	if (status == CLI_DONE) {
		cli_desk_survey_both(&desk);
		if (cli_has(cli, CLI_PRINT))
			status = print_sql(&desk);
		else if (desk.told[DESK_ROOT].error != LBR_OK)
			status = cli_fail_reason(cli, NULL, desk.told[DESK_ROOT].error, &desk.told[DESK_ROOT].reason);
		else
			status = found(&desk);
	}
	if (!cli_has(cli, CLI_PRINT))
		cli_desk_log(cli, NULL, status);
	cli_desk_close(&desk);
	return status;
}
