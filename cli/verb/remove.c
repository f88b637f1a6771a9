/* `remove USER`: asks, then destroys. */
#include "admin_session.h"

#include <stdio.h>

#include "desk_log.h"
#include "forget.h"
#include "json.h"
#include "question.h"

static enum cli_status remove_account(const struct cli *cli, struct admin_session *session)
{
	struct lbr_reason reason = { .text = "" };
	const char *name = cli->words[0];
	enum lbr_error error = lbr_store_remove(session->store, name, &reason);
	enum cli_status status = error == LBR_OK ? CLI_DONE : cli_admin_fail(cli, name, error, &reason);

	cli_desk_log(cli, name, status);
	if (status != CLI_DONE)
		return status;
	cli_forget(session, name);
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:b, s:b}", "user", name, "removed", 1, "changed", 1));
	else
		cli_write(stdout, cli->language, TEXT_REMOVED_STAYS, name, NULL);
	return CLI_DONE;
}

enum cli_status cli_remove(struct cli *cli)
{
	struct admin_session session = { .store = NULL };
	enum cli_status status = cli_admin_open(cli, &session);

	if (status == CLI_DONE)
		status = cli_ask_yes(cli, TEXT_REMOVE_ASK, cli->words[0], TEXT_NOT_REMOVED);
	if (status == CLI_DONE)
		status = remove_account(cli, &session);
	cli_admin_close(&session);
	return status;
}
