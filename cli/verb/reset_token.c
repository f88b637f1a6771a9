/* `reset-token USER...`: the phone is lost. The person is invited again with a new temporary password and a new token; the old
 * token and the recovery codes are void at once. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "question.h"
#include "reason.h"
#include "temporary.h"

static enum cli_status reset(struct cli *cli, struct admin_session *session, const struct person *people)
{
	struct reissue anew = { .life_s = session->settings.invitation_life_s, .new_token = true, .show = cli_temporary_print };
	enum cli_status worst = CLI_DONE, status;
	bool shown_all = true;
	int at;

	for (at = 0; at < cli->count && shown_all; at++) {
		anew.person = &people[at];
		status = cli_ask_yes(cli, TEXT_RESET_ASK, cli->words[at], TEXT_NOT_RESET);
		if (status == CLI_DONE)
			status = cli_temporary_reissue(cli, session, cli->words[at], &anew, &shown_all);
		worst = status > worst ? status : worst;
		if (status == CLI_USAGE)
			break; /* no one can be asked about the others either */
	}
	return worst;
}

enum cli_status cli_reset_token(struct cli *cli)
{
	struct admin_session session = { .store = NULL };
	struct person *people = calloc((size_t)cli->count, sizeof(*people));
	enum cli_status status;
	int at;

	if (people == NULL)
		return cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_errno(cli->language, ENOMEM), NULL);
	for (at = 0; at < cli->count; at++)
		cli_person_find(cli->words[at], &people[at]);
	status = cli_admin_open(cli, &session);
	if (status == CLI_DONE)
		status = reset(cli, &session, people);
	if (status == CLI_DONE && isatty(STDOUT_FILENO) && !cli_has(cli, CLI_JSON))
		cli_write(stdout, cli->language, TEXT_INVITE_NEXT, NULL);
	cli_admin_close(&session);
	free(people);
	return status;
}
