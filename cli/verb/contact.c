/* `contact USER [ADDRESS | --none]`: where a person's notices go. */
#include "admin_session.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "person.h"

static void print_contact(const struct cli *cli, const char *name, const char *contact)
{
	bool set = cli->count > 1, there = contact[0] != '\0';

	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:o}", "user", name, "contact", there ? json_string(contact) : json_null()));
	else if (set)
		cli_write(stdout, cli->language, TEXT_CONTACT_SET, name, contact, NULL);
	else if (cli_has(cli, CLI_NONE))
		cli_write(stdout, cli->language, TEXT_CONTACT_GONE, name, NULL);
	else
		puts(there ? contact : "-");
}

/* Setting the same address again writes nothing, so it does not refuse a sign-in that is under way. */
static enum lbr_error set(struct lbr_locked_account *locked, const char contact[LBR_CONTACT_MAX], struct lbr_reason *reason)
{
	if (strcmp(locked->account.contact, contact) == 0)
		return LBR_OK;
	memcpy(locked->account.contact, contact, LBR_CONTACT_MAX);
	return lbr_account_commit(locked, reason);
}

static enum cli_status contact_of(struct cli *cli, struct admin_session *session, const struct person *person)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_locked_account locked = { .known = false };
	const char *name = cli->words[0];
	enum lbr_error error = lbr_account_lock(session->store, name, &locked, &reason);
	enum cli_status status = CLI_DONE;

	if (error == LBR_OK && (cli->count > 1 || cli_has(cli, CLI_NONE)))
		error = set(&locked, person->contact, &reason);
	if (error == LBR_OK) {
		lbr_account_unlock(&locked);
		print_contact(cli, name, locked.account.contact);
	} else {
		status = cli_admin_fail(cli, name, error, &reason);
	}
	lbr_account_release(&locked);
	return status;
}

enum cli_status cli_contact(struct cli *cli)
{
	struct person person = { .contact = "" };
	struct admin_session session = { .store = NULL };
	enum cli_status status = CLI_DONE;

	if (cli->count > 1 && cli_has(cli, CLI_NONE))
		return cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name,
		                    cli->language == LBR_LANGUAGE_FR ? "ADRESSE" : "ADDRESS", "--none", NULL);
	if (cli->count > 1)
		status = cli_person_set_contact(cli, cli->words[1], &person);
	if (status == CLI_DONE)
		status = cli_admin_open(cli, &session);
	if (status != CLI_DONE)
		return status;
	status = contact_of(cli, &session, &person);
	cli_admin_close(&session);
	return status;
}
