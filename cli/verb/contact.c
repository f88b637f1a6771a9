/* `contact USER [ADDRESS | --phone NUMBER | --none] [--no-notices | --notices]`: where a person's notices go, and which. */
#include <liberations/contact.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "admin_session.h"
#include "carriers_load.h"
#include "contact_verb.h"
#include "desk_log.h"
#include "person.h"

#define TEST_ALONE (CLI_NONE | CLI_PHONE | CLI_CARRIER | CLI_NO_NOTICES | CLI_NOTICES)

struct contacting {
	struct cli        *cli;
	struct lbr_contact where; /* as it was typed */
	bool               moves; /* an address, a number or --none was typed */
	char               field[LBR_CONTACT_MAX]; /* to be stored */
};

/* Setting the same address again writes nothing, so it does not refuse a sign-in that is under way. */
static enum lbr_error set(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	const struct contacting *contacting = context;

	(void)reason;
	*ret_parts = strcmp(view->account.contact, contacting->field) == 0 ? LBR_PART_NONE : LBR_PART_ACCOUNT;
	memcpy(view->account.contact, contacting->field, LBR_CONTACT_MAX);
	return LBR_OK;
}

/* What the account's field becomes: a choice of notices stays with its person when the address changes. */
static enum cli_status join(struct contacting *contacting, const char *kept)
{
	struct lbr_contact contact;
	bool readable = lbr_contact_read(kept, &contact), quiet = contact.security_only;

	memcpy(contacting->field, kept, LBR_CONTACT_MAX);
	if (contacting->moves) {
		if (strcmp(lbr_contact_where(&contact), lbr_contact_where(&contacting->where)) == 0)
			contacting->where.verified_s = contact.verified_s;
		contact = contacting->where;
		contact.security_only = quiet && lbr_contact_where(&contact)[0] != '\0';
	} else if (!cli_has(contacting->cli, CLI_NO_NOTICES) && !cli_has(contacting->cli, CLI_NOTICES)) {
		return CLI_DONE;
	} else if (!readable || lbr_contact_where(&contact)[0] == '\0') {
		return cli_fail(contacting->cli, CLI_NO, TEXT_CONTACT_NONE_YET, contacting->cli->words[0], NULL);
	}
	if (cli_has(contacting->cli, CLI_NO_NOTICES) || cli_has(contacting->cli, CLI_NOTICES))
		contact.security_only = cli_has(contacting->cli, CLI_NO_NOTICES);
	return lbr_contact_write(&contact, contacting->field) ? CLI_DONE :
	       cli_fail(contacting->cli, CLI_NO, TEXT_CONTACT_LONG, NULL);
}

static enum cli_status contact_of(struct contacting *contacting, struct admin_session *session)
{
	struct cli *cli = contacting->cli;
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	const char *name = cli->words[0];
	enum lbr_error error = lbr_store_load(session->store, name, &view, &reason);
	enum cli_status status = error == LBR_OK ? join(contacting, view.account.contact) : CLI_DONE;
	bool changed = error == LBR_OK && status == CLI_DONE && strcmp(view.account.contact, contacting->field) != 0;

	if (changed)
		error = lbr_store_commit(&view, set, contacting, &reason);
	if (error != LBR_OK)
		status = cli_admin_fail(cli, name, error, &reason);
	else if (status == CLI_DONE)
		cli_contact_print(cli, view.account.contact, changed);
	cli_desk_log_change(cli, name, status, changed);
	lbr_view_release(&view);
	return status;
}

static enum cli_status take_carrier(struct contacting *contacting, bool provider)
{
	struct cli *cli = contacting->cli;
	const struct carrier *carrier;
	struct carriers carriers;
	enum cli_status status = cli_carriers_load(cli, &carriers);
	char names[512];

	if (status != CLI_DONE)
		return status;
	cli_carriers_names(&carriers, names, sizeof(names));
	if (cli->carrier == NULL && provider)
		return CLI_DONE;
	if (cli->carrier == NULL)
		return cli_fail(cli, CLI_USAGE, TEXT_CARRIER_MISSING, names, NULL);
	carrier = cli_carriers_find(&carriers, cli->carrier);
	if (carrier == NULL)
		return cli_fail(cli, CLI_USAGE, TEXT_CARRIER_UNKNOWN, names, NULL);
	if (carrier->state == CARRIER_DEAD)
		return cli_fail(cli, CLI_NO, TEXT_CARRIER_DEAD, carrier->name, carrier->date, cli_safe(cli->words[0]), names, NULL);
	cli_carrier_warn(cli, carrier);
	memcpy(contacting->where.carrier, carrier->name, sizeof(carrier->name));
	return CLI_DONE;
}

static enum cli_status take_where(struct contacting *contacting, bool provider)
{
	struct cli *cli = contacting->cli;
	struct person person = { .contact = "" };
	enum cli_status status = CLI_DONE;

	contacting->moves = cli->count > 1 || cli->phone != NULL || cli_has(cli, CLI_NONE);
	if (cli->count > 1)
		status = cli_person_set_contact(cli, cli->words[1], &person);
	memcpy(contacting->where.address, person.contact, sizeof(person.contact));
	if (cli->phone != NULL && !lbr_phone_read(cli->phone, contacting->where.phone))
		return cli_fail(cli, CLI_USAGE, TEXT_BAD_PHONE, NULL);
	return status == CLI_DONE && cli->phone != NULL ? take_carrier(contacting, provider) : status;
}

/* What cannot be said together. */
static enum cli_status judge_words(const struct cli *cli)
{
	const char *address = cli->language == LBR_LANGUAGE_FR ? "ADRESSE" : "ADDRESS";

	if (cli->count > 1 && cli_has(cli, CLI_NONE))
		return cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name, address, "--none", NULL);
	if (cli->count > 1 && (cli_has(cli, CLI_PHONE) || cli_has(cli, CLI_CARRIER)))
		return cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name, address, "--phone", NULL);
	if (cli_has(cli, CLI_PHONE) && cli_has(cli, CLI_NONE))
		return cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name, "--phone", "--none", NULL);
	if (cli_has(cli, CLI_NO_NOTICES) && (cli_has(cli, CLI_NOTICES) || cli_has(cli, CLI_NONE)))
		return cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name, "--no-notices",
		                cli_has(cli, CLI_NONE) ? "--none" : "--notices", NULL);
	if (cli_has(cli, CLI_TEST) && (cli->count > 1 || (cli->options & TEST_ALONE) != 0))
		return cli_fail(cli, CLI_USAGE, TEXT_CONTACT_TEST_ALONE, NULL);
	if (cli_has(cli, CLI_CARRIER) && !cli_has(cli, CLI_PHONE))
		return cli_fail(cli, CLI_USAGE, TEXT_BAD_PHONE, NULL);
	return CLI_DONE;
}

enum cli_status cli_contact(struct cli *cli)
{
	struct contacting contacting = { .cli = cli };
	struct admin_session session = { .store = NULL };
	enum cli_status status = judge_words(cli);

	if (status == CLI_DONE && cli_has(cli, CLI_TEST))
		return cli_contact_test(cli);
	if (status == CLI_DONE)
		status = cli_settings_load(cli, &session.settings);
	if (status == CLI_DONE)
		status = take_where(&contacting, session.settings.command[0] != '\0');
	if (status == CLI_DONE)
		status = cli_admin_open_loaded(cli, &session);
	if (status != CLI_DONE)
		return status;
	status = contact_of(&contacting, &session);
	cli_admin_close(&session);
	return status;
}
