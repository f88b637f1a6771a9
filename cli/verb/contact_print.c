/* Where a person's notices go, as `contact` prints it. */
#include "contact_verb.h"

#include <stdio.h>

#include <liberations/contact.h>

#include "json.h"

static void print_text(const struct cli *cli, const char *where, const struct lbr_contact *contact)
{
	bool moved = cli->count > 1 || cli_has(cli, CLI_PHONE), chosen = cli_has(cli, CLI_NO_NOTICES) || cli_has(cli, CLI_NOTICES);
	const char *name = cli->words[0];

	if (cli_has(cli, CLI_NONE))
		cli_write(stdout, cli->language, TEXT_CONTACT_GONE, name, NULL);
	else if (cli_has(cli, CLI_TEST))
		cli_write(stdout, cli->language, TEXT_CONTACT_CHECKED, name, where, NULL);
	else if (moved)
		cli_write(stdout, cli->language, TEXT_CONTACT_SET, name, where, NULL);
	else if (!chosen)
		puts(where[0] != '\0' ? where : "-");
	if (chosen)
		cli_write(stdout, cli->language, contact->security_only ? TEXT_CONTACT_QUIET : TEXT_CONTACT_LOUD, name, NULL);
}

void cli_contact_print(const struct cli *cli, const char *field, bool changed)
{
	struct lbr_contact contact;
	const char *where = lbr_contact_read(field, &contact) ? lbr_contact_where(&contact) : field;

	if (!cli_has(cli, CLI_JSON)) {
		print_text(cli, where, &contact);
		return;
	}
	cli_json_line(json_pack("{s:s, s:o, s:o, s:o, s:s, s:b}", "user", cli->words[0],
	                        "contact", where[0] != '\0' ? json_string(where) : json_null(),
	                        "carrier", contact.carrier[0] != '\0' ? json_string(contact.carrier) : json_null(),
	                        "verified", cli_json_time(contact.verified_s),
	                        "notices", contact.security_only ? "security" : "all", "changed", changed));
}
