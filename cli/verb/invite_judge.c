/* Who can be invited, before anybody is. */
#include "invite.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "json.h"

#define USER_COLUMN 24

/* No account of that name: nor may there be one that resembles it. */
static enum cli_status judge_absent(const struct inviting *inviting, const char *name, struct lbr_reason *reason)
{
	struct lbr_reason resembles = { .text = "" };
	enum lbr_error error = lbr_store_is_free(inviting->session.store, name, &resembles);

	if (error != LBR_OK)
		return cli_fail_reason(inviting->cli, name, error, &resembles);
	return cli_has(inviting->cli, CLI_RENEW) ? cli_admin_fail(inviting->cli, name, LBR_ERR_ABSENT, reason) : CLI_DONE;
}

/* Whether this account can be invited, or invited again, in its current state. */
static enum cli_status judge(const struct inviting *inviting, struct person *person)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	bool renew = cli_has(inviting->cli, CLI_RENEW), invited;
	enum lbr_error error = lbr_store_load(inviting->session.store, person->name, &view, &reason);

	invited = view.account.password_kind == LBR_PASSWORD_TEMPORARY;
	lbr_view_release(&view);
	if (error == LBR_ERR_ABSENT)
		return judge_absent(inviting, person->name, &reason);
	if (error != LBR_OK)
		return cli_admin_fail(inviting->cli, person->name, error, &reason);
	person->skipped = cli_has(inviting->cli, CLI_SKIP);
	if (person->skipped || (renew && invited))
		return CLI_DONE;
	return cli_fail(inviting->cli, CLI_NO, invited ? TEXT_INVITED_ALREADY : TEXT_NOT_INVITED, person->name, NULL);
}

enum cli_status cli_invite_judge(struct inviting *inviting)
{
	enum cli_status worst = CLI_DONE, status;
	struct csv_where where;
	size_t at;

	for (at = 0; at < inviting->people.count; at++) {
		cli_people_locate(inviting->cli, &inviting->people.list[at], &where);
		status = judge(inviting, &inviting->people.list[at]);
		inviting->cli->where = NULL;
		worst = status > worst ? status : worst;
	}
	return worst;
}

enum cli_status cli_invite_say_dry(const struct inviting *inviting)
{
	const struct cli *cli = inviting->cli;
	bool renew = cli_has(cli, CLI_RENEW);
	size_t at;

	for (at = 0; at < inviting->people.count; at++) {
		const struct person *person = &inviting->people.list[at];
		const char *word = person->skipped ? "skip" : renew ? "renew" : "invite";
		enum cli_text text = person->skipped ? TEXT_WOULD_SKIP : renew ? TEXT_WOULD_RENEW : TEXT_WOULD_INVITE;

		if (cli_has(cli, CLI_JSON)) {
			cli_json_line(json_pack("{s:s, s:s, s:b}", "user", person->name, "would", word, "changed", 0));
		} else if (isatty(STDOUT_FILENO)) {
			cli_write_padded(stdout, person->name, USER_COLUMN);
			cli_write(stdout, cli->language, text, NULL);
		} else {
			printf("%s\t%s\n", person->name, word);
		}
	}
	return CLI_DONE;
}
