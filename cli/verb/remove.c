/* `remove USER`: asks, then destroys. */
#include "admin_session.h"

#include <stdio.h>

#include <liberations/notice.h>
#include <liberations/notices.h>

#include "desk_log.h"
#include "json.h"
#include "question.h"

/* The next person with this name must not hear of this account. `notify` drops what is left after a fault. */
static void forget_notices(const struct admin_session *session, const char *name)
{
	struct lbr_notices *notices = NULL;
	int kind;

	if (lbr_notices_open(session->settings.state, session->keyring, &notices, NULL) != LBR_OK)
		return;
	for (kind = 0; kind < LBR_NOTICE_KINDS; kind++)
		(void)lbr_notices_drop(notices, name, (enum lbr_notice_kind)kind, NULL);
	lbr_notices_close(notices);
}

static enum cli_status remove_account(const struct cli *cli, struct admin_session *session)
{
	struct lbr_reason reason = { .text = "" };
	const char *name = cli->words[0];
	enum lbr_error error = lbr_store_remove(session->store, name, &reason);
	enum cli_status status = error == LBR_OK ? CLI_DONE : cli_admin_fail(cli, name, error, &reason);

	cli_desk_log(cli, name, status);
	if (status != CLI_DONE)
		return status;
	forget_notices(session, name);
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
