/* A telephone and its carrier, as a list of people has them. */
#include "people_parts.h"

#include <stdio.h>
#include <string.h>

#include <liberations/contact.h>

#include "carriers_load.h"
#include "suggest.h"

#define NAMES_MAX 512

/* A list of thousands has a dozen carriers: each is warned of once. */
static struct {
	bool            loaded, warned[CLI_CARRIERS_MAX];
	enum cli_status status;
	struct carriers carriers;
	unsigned        passed_over; /* telephones of people who have an address */
} table;

static enum cli_status load(const struct cli *cli)
{
	if (!table.loaded)
		table.status = cli_carriers_load(cli, &table.carriers);
	table.loaded = true;
	return table.status;
}

/* People write "Public Mobile" and "Vidéotron". */
static const struct carrier *find(const char *text)
{
	char typed[COLUMN_FOLDED_MAX + 1], name[COLUMN_FOLDED_MAX + 1];
	unsigned at;

	cli_columns_fold(text, typed);
	for (at = 0; at < table.carriers.count; at++) {
		cli_columns_fold(table.carriers.list[at].name, name);
		if (strcmp(typed, name) == 0)
			return &table.carriers.list[at];
	}
	return NULL;
}

static enum cli_status refuse_unknown(const struct cli *cli, const char *text)
{
	char names[NAMES_MAX], typed[COLUMN_FOLDED_MAX + 1];
	struct suggestion meant;
	unsigned at;

	cli_columns_fold(text, typed);
	cli_suggest_begin(&meant, typed);
	for (at = 0; at < table.carriers.count; at++)
		if (table.carriers.list[at].state != CARRIER_DEAD)
			cli_suggest_try(&meant, table.carriers.list[at].name);
	if (meant.best[0] != '\0')
		return cli_fail(cli, CLI_USAGE, TEXT_CSV_CARRIER_MEANT, meant.best, NULL);
	cli_carriers_names(&table.carriers, names, sizeof(names));
	return cli_fail(cli, CLI_USAGE, TEXT_CSV_CARRIER, names, NULL);
}

/* A staff list often has both, and an account has room for one. */
static bool passes_over(const struct cli *cli, const struct person *person)
{
	return cli_has(cli, CLI_IGNORE) && strchr(person->contact, '@') != NULL;
}

void cli_people_tell_phones(const struct cli *cli)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", table.passed_over);
	if (table.passed_over > 0)
		cli_fail(cli, CLI_DONE, TEXT_CSV_PHONES_IGNORED, number, NULL);
}

enum cli_status cli_people_take_phone(const struct cli *cli, const char *text, struct person *person)
{
	struct lbr_contact contact = { .phone = "" };

	person->has_phone = true;
	if (passes_over(cli, person)) {
		table.passed_over++;
		return CLI_DONE;
	}
	if (person->contact[0] != '\0')
		return cli_fail(cli, CLI_USAGE, TEXT_CSV_TWO_CONTACTS, NULL);
	if (!lbr_phone_read(text, contact.phone) || !lbr_contact_write(&contact, person->contact))
		return cli_fail(cli, CLI_USAGE, TEXT_CSV_PHONE, NULL);
	return CLI_DONE;
}

/* The field must hold the number alone: what else was wrong with it has been said. */
static enum cli_status join(const struct carrier *carrier, struct person *person)
{
	struct lbr_contact contact;

	if (person->contact[0] != '+' || !lbr_contact_read(person->contact, &contact))
		return CLI_DONE;
	memcpy(contact.carrier, carrier->name, sizeof(contact.carrier));
	return lbr_contact_write(&contact, person->contact) ? CLI_DONE : CLI_FAULT;
}

enum cli_status cli_people_take_carrier(const struct cli *cli, bool provider, const char *text, struct person *person)
{
	bool wanted = !passes_over(cli, person) && (text[0] != '\0' || (person->has_phone && !provider));
	enum cli_status status = wanted ? load(cli) : CLI_DONE;
	const struct carrier *carrier = status == CLI_DONE ? find(text) : NULL;
	char names[NAMES_MAX];

	if (status != CLI_DONE || !wanted)
		return status;
	cli_carriers_names(&table.carriers, names, sizeof(names));
	if (!person->has_phone)
		return cli_fail(cli, CLI_USAGE, TEXT_CSV_CARRIER_ALONE, NULL);
	if (text[0] == '\0')
		return cli_fail(cli, CLI_USAGE, TEXT_CSV_CARRIER, names, NULL);
	if (carrier == NULL)
		return refuse_unknown(cli, text);
	if (carrier->state == CARRIER_DEAD)
		return cli_fail(cli, CLI_USAGE, TEXT_CSV_CARRIER_DEAD, carrier->name, carrier->date, names, NULL);
	if (!table.warned[carrier - table.carriers.list])
		cli_carrier_warn(cli, carrier);
	table.warned[carrier - table.carriers.list] = true;
	return join(carrier, person);
}
