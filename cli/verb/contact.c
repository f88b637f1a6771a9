/* `contact USER [ADDRESS | --none]`: where a person's notices go. */
#include "admin_session.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "desk_log.h"
#include "json.h"
#include "person.h"

static void print_contact(const struct cli *cli, const char *name, const char *contact, bool changed)
{
	bool set = cli->count > 1, there = contact[0] != '\0';

	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:o, s:b}", "user", name, "contact", there ? json_string(contact) : json_null(),
		                        "changed", changed));
	else if (set)
		cli_write(stdout, cli->language, TEXT_CONTACT_SET, name, contact, NULL);
	else if (cli_has(cli, CLI_NONE))
		cli_write(stdout, cli->language, TEXT_CONTACT_GONE, name, NULL);
	else
		puts(there ? contact : "-");
}

/* Setting the same address again writes nothing, so it does not refuse a sign-in that is under way. */
static enum lbr_error set(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	const struct person *person = context;

	(void)reason;
	*ret_parts = strcmp(view->account.contact, person->contact) == 0 ? LBR_PART_NONE : LBR_PART_ACCOUNT;
	memcpy(view->account.contact, person->contact, LBR_CONTACT_MAX);
	return LBR_OK;
}

static enum cli_status contact_of(struct cli *cli, struct admin_session *session, struct person *person)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	const char *name = cli->words[0];
	enum lbr_error error = lbr_store_load(session->store, name, &view, &reason);
	bool sets = cli->count > 1 || cli_has(cli, CLI_NONE), changed;
	enum cli_status status = CLI_DONE;

	changed = error == LBR_OK && sets && strcmp(view.account.contact, person->contact) != 0;

	if (error == LBR_OK && sets)
		error = lbr_store_commit(&view, set, person, &reason);
	if (error == LBR_OK)
		print_contact(cli, name, view.account.contact, changed);
	else
		status = cli_admin_fail(cli, name, error, &reason);
	cli_desk_log_change(cli, name, status, changed);
	lbr_view_release(&view);
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
