/* `reset-token USER...`: the phone is lost. Invited again: a new temporary password, a new token; the old token and the
 * recovery codes are void at once. */
#include "question.h"
#include "temporary.h"

static enum cli_status reset(struct cli *cli, struct desk *desk)
{
	const struct reissue anew = { desk->settings.invitation_life_s, false, true, cli_temporary_print, NULL };
	enum cli_status worst = CLI_DONE, status;
	bool shown_all = true;
	int at;

	for (at = 0; at < cli->count && shown_all; at++) {
		status = cli_ask_yes(cli, TEXT_RESET_ASK, cli->words[at], TEXT_NOT_RESET);
		if (status == CLI_DONE)
			status = cli_temporary_reissue(cli, desk, cli->words[at], &anew, &shown_all);
		worst = status > worst ? status : worst;
		if (status == CLI_USAGE)
			break; /* there is nobody to ask about the others either */
	}
	return worst;
}

enum cli_status cli_reset_token(struct cli *cli)
{
	struct desk desk = { .store = NULL };
	enum cli_status status = cli_desk_open(cli, &desk);

	if (status == CLI_DONE)
		status = reset(cli, &desk);
	if (status == CLI_DONE && isatty(STDOUT_FILENO) && !cli_has(cli, CLI_JSON))
		cli_write(stdout, cli->language, TEXT_INVITE_NEXT, NULL);
	cli_desk_close(&desk);
	return status;
}
