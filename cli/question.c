/* Asks before something is destroyed. */
#include "question.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "prompt.h"

/* Standard input that is not a terminal may be anything, so it never counts as a yes. */
enum cli_status cli_ask_yes(const struct cli *cli, enum cli_text question, const char *name, enum cli_text declined)
{
	struct lbr_secret answer;
	bool yes;

	if (cli_has(cli, CLI_YES))
		return CLI_DONE;
	if (!isatty(STDIN_FILENO))
		return cli_fail(cli, CLI_USAGE, TEXT_SAY_YES, NULL);
	cli_write(stderr, cli->language, question, cli_safe(name), NULL);
	fflush(stderr);
	if (cli_prompt_read(true, &answer) != PROMPT_LINE)
		lbr_secret_wipe(&answer);
	yes = strcmp(answer.bytes, cli_text(TEXT_YES, cli->language)) == 0;
	lbr_secret_wipe(&answer);
	return yes ? CLI_DONE : cli_fail(cli, CLI_NO, declined, NULL);
}
