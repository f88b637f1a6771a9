/* `store upgrade`: the schema of this release beside the one that hosts still speak; what no host speaks any more goes. */
#include <stdio.h>
#include <string.h>

#include <liberations/store_schema.h>

#include "desk.h"
#include "desk_log.h"
#include "json.h"
#include "store_words.h"

#define RECENT_US (INT64_C(30) * 86400 * 1000000)

static bool is_behind(const struct told *root)
{
	return cli_told_has(root, "status_refused") || cli_told_number(root, "newest") < LBR_SCHEMA_NEWEST ||
	       cli_told_number(root, "oldest") < LBR_SCHEMA_OLDEST || cli_told_number(root, "edition") < LBR_SCHEMA_EDITION;
}

/* A host that spoke an old version within 30 days keeps it there. */
static enum cli_status judge_left(const struct cli *cli, const struct told *root)
{
	struct told_record row;
	size_t at = 0;

	if (cli_told_number(root, "oldest") >= LBR_SCHEMA_OLDEST)
		return CLI_DONE;
	while (cli_told_next(root, "host", &at, &row))
		if (cli_told_number_of(&row, "speaks") < LBR_SCHEMA_OLDEST &&
		    cli_told_number_of(&row, "seen_us") > cli_told_number(root, "now_us") - RECENT_US)
			return cli_fail(cli, CLI_NO, TEXT_UPGRADE_HOST, cli_told(root, "oldest"), cli_told_of(&row, "host"),
			                cli_told_of(&row, "release"), NULL);
	return CLI_DONE;
}

static enum cli_status bring_up(struct desk *desk)
{
	const struct told *root = &desk->told[DESK_ROOT];
	struct lbr_reason reason = { .text = "" };

	if (!cli_told_flag(root, "may_create_roles") || !cli_told_flag(root, "may_create_schema"))
		return cli_fail(desk->cli, CLI_FAULT, TEXT_UPGRADE_MAY_NOT, cli_told(root, "login"), cli_told(root, "database"),
		                NULL);
	if (lbr_store_install(desk->stores[DESK_ROOT], "", false, &reason) != LBR_OK) {
		cli_fail_reason(desk->cli, NULL, LBR_ERR_UNREACHABLE, &reason);
		return CLI_FAULT;
	}
	cli_desk_survey(desk, DESK_ROOT);
	return judge_left(desk->cli, root);
}

static void say(const struct desk *desk, bool changed)
{
	const struct told *root = &desk->told[DESK_ROOT];

	if (cli_has(desk->cli, CLI_JSON))
		cli_json_line(json_pack("{s:I, s:I, s:b}", "oldest", (json_int_t)cli_told_number(root, "oldest"), "newest",
		                        (json_int_t)cli_told_number(root, "newest"), "changed", changed));
	else
		cli_write(stdout, desk->cli->language, changed ? TEXT_UPGRADED : TEXT_UPGRADE_NOTHING, cli_told(root, "newest"),
		          NULL);
}

static enum cli_status upgrade(struct desk *desk)
{
	const struct told *root = &desk->told[DESK_ROOT];
	const struct cli *cli = desk->cli;
	enum cli_status status = CLI_DONE;
	bool changes;

	if (root->error != LBR_OK) {
		cli_fail_reason(cli, NULL, root->error, &root->reason);
		return CLI_FAULT;
	}
	if (!cli_told_flag(root, "schema"))
		return cli_fail(cli, CLI_NO, TEXT_SHARED_NO_REALM, NULL);
	if (cli_told_number(root, "oldest") > LBR_SCHEMA_NEWEST)
		return cli_fail(cli, CLI_FAULT, TEXT_UPGRADE_NEWER, cli_told(root, "oldest"), NULL);
	changes = is_behind(root);
	if (changes)
		status = bring_up(desk);
	if (status == CLI_DONE)
		say(desk, changes);
	cli_desk_log_change(cli, NULL, status, changes);
	return status;
}

enum cli_status cli_store_upgrade(struct cli *cli)
{
	struct desk desk = { .cli = NULL };
	enum cli_status status;

	if (cli_has(cli, CLI_PRINT)) {
		if (cli_has(cli, CLI_JSON))
			cli_json_line(json_pack("{s:s, s:s}", "schema", lbr_store_schema(), "logins", ""));
		else
			fputs(lbr_store_schema(), stdout);
		return CLI_DONE;
	}
	status = cli_desk_open(cli, DESK_NEEDS_BOTH, &desk);
	if (status == CLI_DONE) {
		cli_desk_survey(&desk, DESK_ROOT);
		status = upgrade(&desk);
	}
	cli_desk_close(&desk);
	return status;
}
