/* Help, on standard output. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include "fold.h"

#define HELP_COLUMN 19

struct option_help {
	enum cli_option option;
	const char     *word;
	enum cli_text   help;
};

static const struct option_help option_helps[] = {
	{ CLI_JSON, "--json", TEXT_OPTION_JSON },
	{ CLI_CONFIG, "--config FILE", TEXT_OPTION_CONFIG },
	{ CLI_LIFE, "--life TIME", TEXT_OPTION_LIFE },
	{ CLI_RENEW, "--renew", TEXT_OPTION_RENEW },
	{ CLI_SKIP, "--skip-existing", TEXT_OPTION_SKIP },
	{ CLI_CSV, "--csv FILE", TEXT_OPTION_CSV },
	{ CLI_LETTERS, "--letters", TEXT_OPTION_LETTERS },
	{ CLI_FORGET, "--forget", TEXT_OPTION_FORGET },
	{ CLI_REPLACE, "--replace", TEXT_OPTION_REPLACE },
	{ CLI_SOCKET, "--socket PATH", TEXT_OPTION_SOCKET },
	{ CLI_AGENT, "--agent PATH", TEXT_OPTION_AGENT },
	{ CLI_EXPIRING, "--expiring TIME", TEXT_OPTION_EXPIRING },
	{ CLI_NEVER, "--never-signed-in", TEXT_OPTION_NEVER },
	{ CLI_SORT, "--sort KEY", TEXT_OPTION_SORT },
	{ CLI_AS_CSV, "--csv", TEXT_OPTION_AS_CSV },
	{ CLI_CONTACT, "--contact ADDRESS", TEXT_OPTION_CONTACT },
	{ CLI_NONE, "--none", TEXT_OPTION_NONE },
	{ CLI_DRY_RUN, "--dry-run", TEXT_OPTION_DRY_RUN },
	{ CLI_OWNER, "--owner USER", TEXT_OPTION_OWNER },
	{ CLI_ISSUER, "--issuer NAME", TEXT_OPTION_ISSUER },
	{ CLI_SYSTEM, "--system", TEXT_OPTION_SYSTEM },
	{ CLI_ASCII, "--ascii", TEXT_OPTION_ASCII },
	{ CLI_INVERTED, "--inverted", TEXT_OPTION_INVERTED },
	{ CLI_ALL, "--all", TEXT_OPTION_ALL },
	{ CLI_REBUILD, "--rebuild", TEXT_OPTION_REBUILD },
	{ CLI_CLOCK, "--clock", TEXT_OPTION_CLOCK },
	{ CLI_YES, "--yes", TEXT_OPTION_YES },
	{ CLI_CONFDIR, "--confdir DIR", TEXT_OPTION_CONFDIR },
};

static unsigned characters(const char *text, size_t len)
{
	unsigned count = 0;
	size_t at;

	for (at = 0; at < len; at++)
		count += ((unsigned char)text[at] & 0xc0) != 0x80;
	return count;
}

/* Beside the option, in lines that fit a terminal. */
static void print_option(const char *word, const char *help)
{
	unsigned column = (unsigned)printf("  %-17s", word), width;
	size_t len;

	for (; *help != '\0'; help += len + (help[len] == ' ')) {
		len = strcspn(help, " ");
		if (strncmp(help + len, " :", 2) == 0)
			len += 2; /* a French colon stays with its word */
		width = characters(help, len);
		if (column + 1 + width > FOLD_WIDTH)
			column = (unsigned)printf("\n%*s", HELP_COLUMN, "") - 1;
		printf(" %.*s", (int)len, help);
		column += 1 + width;
	}
	putchar('\n');
}

void cli_help_all(const struct cli *cli)
{
	const struct verb *verb;

	cli_write(stdout, cli->language, TEXT_HELP_HEAD, NULL);
	for (verb = cli_verbs; verb->name != NULL; verb++)
		printf("  %-14s %s\n", verb->name, cli_text(verb->help, cli->language));
	cli_write(stdout, cli->language, TEXT_HELP_TAIL, NULL);
}

void cli_help_verb(const struct cli *cli, const struct verb *verb)
{
	size_t at;

	cli_write(stdout, cli->language, TEXT_HELP_VERB, verb->name, cli_text(verb->arguments, cli->language),
	          cli_text(verb->help, cli->language), cli_text(verb->more, cli->language), NULL);
	for (at = 0; at < sizeof(option_helps) / sizeof(option_helps[0]); at++)
		if (verb->options & option_helps[at].option)
			print_option(option_helps[at].word, cli_text(option_helps[at].help, cli->language));
	cli_write(stdout, cli->language, TEXT_HELP_EXAMPLE, verb->example, NULL);
}
