/* `remove USER`: asks, then destroys. */
#include "desk.h"
#include "json.h"
#include "prompt.h"

/* Standard input that is no terminal may be anything: it is not taken for a yes. */
static enum cli_status ask(const struct cli *cli)
{
	struct lbr_secret answer;
	bool yes;

	if (cli_has(cli, CLI_YES))
		return CLI_DONE;
	if (!isatty(STDIN_FILENO))
		return cli_complain(cli, CLI_USAGE, TEXT_SAY_YES, NULL);
	cli_write(stderr, cli->language, TEXT_REMOVE_ASK, cli_safe(cli->words[0]), NULL);
	fflush(stderr);
	if (cli_prompt_read(true, &answer) != PROMPT_LINE)
		lbr_secret_wipe(&answer);
	yes = strcmp(answer.bytes, cli_text(TEXT_YES, cli->language)) == 0;
	lbr_secret_wipe(&answer);
	return yes ? CLI_DONE : cli_complain(cli, CLI_NO, TEXT_NOT_REMOVED, NULL);
}

static enum cli_status remove_account(const struct cli *cli, struct desk *desk)
{
	struct lbr_reason reason = { .text = "" };
	const char *name = cli->words[0];
	enum lbr_error error = lbr_store_remove(desk->store, name, &reason);

	if (error != LBR_OK)
		return cli_desk_complain(cli, name, error, &reason);
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:b}", "user", name, "removed", 1));
	else
		cli_write(stdout, cli->language, TEXT_REMOVED, name, NULL);
	return CLI_DONE;
}

enum cli_status cli_remove(struct cli *cli)
{
	struct desk desk = { .store = NULL };
	enum cli_status status = cli_desk_open(cli, &desk);

	if (status == CLI_DONE)
		status = ask(cli);
	if (status == CLI_DONE)
		status = remove_account(cli, &desk);
	cli_desk_close(&desk);
	return status;
}
