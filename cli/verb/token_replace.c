/* `token USER --replace`: a person sets up a new phone: password and code, or a recovery code, then the new QR code. The agent
 * asks and decides; this is its terminal. */
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include <liberations/wire.h>

#include "agent_link.h"
#include "json.h"

static enum cli_text why_not(enum lbr_status result)
{
	switch (result) {
	case LBR_STATUS_DENY:
	case LBR_STATUS_OLD_WRONG:
		return TEXT_NOT_REPLACED_WRONG;
	case LBR_STATUS_REFUSED:
		return TEXT_NOT_REPLACED_NOT_OWN;
	default:
		return TEXT_NOT_REPLACED;
	}
}

static enum cli_status conclude(const struct cli *cli, enum lbr_status result)
{
	bool replaced = result == LBR_STATUS_ALLOW;
	bool perhaps = result == LBR_STATUS_PERHAPS;

	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:o, s:o}", "user", cli->words[0],
		                        "replaced", perhaps ? json_null() : json_boolean(replaced),
		                        "changed", perhaps ? json_null() : json_boolean(replaced)));
	if (perhaps)
		return cli_fail(cli, CLI_FAULT, TEXT_PERHAPS_REPLACED, cli_safe(cli->words[0]), NULL);
	if (result == LBR_STATUS_UNAVAILABLE)
		return cli_fail(cli, CLI_FAULT, TEXT_AGENT_UNAVAILABLE, NULL);
	return replaced ? CLI_DONE : cli_fail(cli, CLI_NO, why_not(result), cli_safe(cli->words[0]), NULL);
}

static enum cli_status replace(const struct cli *cli, struct lbr_client *client)
{
	struct lbr_request request = { .kind = LBR_REQUEST_REPLACE_TOKEN };
	enum lbr_status result;
	enum cli_status status;

	snprintf(request.user, sizeof(request.user), "%s", cli->words[0]);
	status = cli_agent_prove(cli, client, &request, &result);
	lbr_wipe(&request, sizeof(request));
	return status == CLI_DONE ? conclude(cli, result) : status;
}

enum cli_status cli_token(struct cli *cli)
{
	struct lbr_client client;
	enum cli_status status;

	cli_agent_adopt_language(cli);
	if (!cli_has(cli, CLI_REPLACE))
		return cli_fail(cli, CLI_USAGE, TEXT_SAY_REPLACE, NULL);
	if (cli_has(cli, CLI_SOCKET) && cli_has(cli, CLI_AGENT))
		return cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name, "--socket", "--agent", NULL);
	if (lbr_name_check(cli->words[0]) != LBR_OK)
		return cli_fail(cli, CLI_USAGE, TEXT_BAD_NAME, cli_safe(cli->words[0]), NULL);
	status = replace(cli, &client);
	lbr_client_close(&client);
	return status;
}
