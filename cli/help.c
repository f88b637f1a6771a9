/* Help, on standard output. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include "fold.h"

#define HELP_COLUMN 19
#define OPTION_WORD_MAX 40 /* bytes of an option and its argument */

struct option_help {
	enum cli_option option;
	const char     *word;
	enum cli_text   argument; /* TEXT_BARE: it takes none */
	enum cli_text   help;
};

static const struct option_help option_helps[] = {
	{ CLI_JSON, "--json", TEXT_BARE, TEXT_OPTION_JSON },
	{ CLI_CONFIG, "--config", TEXT_ARG_FILE, TEXT_OPTION_CONFIG },
	{ CLI_LIFE, "--life", TEXT_ARG_TIME, TEXT_OPTION_LIFE },
	{ CLI_RENEW, "--renew", TEXT_BARE, TEXT_OPTION_RENEW },
	{ CLI_SKIP, "--skip-existing", TEXT_BARE, TEXT_OPTION_SKIP },
	{ CLI_CSV, "--csv", TEXT_ARG_FILE, TEXT_OPTION_CSV },
	{ CLI_LETTERS, "--letters", TEXT_BARE, TEXT_OPTION_LETTERS },
	{ CLI_FORGET, "--forget", TEXT_BARE, TEXT_OPTION_FORGET },
	{ CLI_REPLACE, "--replace", TEXT_BARE, TEXT_OPTION_REPLACE },
	{ CLI_SOCKET, "--socket", TEXT_ARG_PATH, TEXT_OPTION_SOCKET },
	{ CLI_AGENT, "--agent", TEXT_ARG_PATH, TEXT_OPTION_AGENT },
	{ CLI_EXPIRING, "--expiring", TEXT_ARG_TIME, TEXT_OPTION_EXPIRING },
	{ CLI_NEVER, "--never-signed-in", TEXT_BARE, TEXT_OPTION_NEVER },
	{ CLI_SORT, "--sort", TEXT_ARG_KEY, TEXT_OPTION_SORT },
	{ CLI_AS_CSV, "--csv", TEXT_BARE, TEXT_OPTION_AS_CSV },
	{ CLI_CONTACT, "--contact", TEXT_ARG_ADDRESS, TEXT_OPTION_CONTACT },
	{ CLI_NONE, "--none", TEXT_BARE, TEXT_OPTION_NONE },
	{ CLI_DRY_RUN, "--dry-run", TEXT_BARE, TEXT_OPTION_DRY_RUN },
	{ CLI_OWNER, "--owner", TEXT_ARG_USER, TEXT_OPTION_OWNER },
	{ CLI_ISSUER, "--issuer", TEXT_ARG_NAME, TEXT_OPTION_ISSUER },
	{ CLI_PORTAL, "--portal", TEXT_ARG_ADDRESS, TEXT_OPTION_PORTAL },
	{ CLI_SYSTEM, "--system", TEXT_BARE, TEXT_OPTION_SYSTEM },
	{ CLI_ASCII, "--ascii", TEXT_BARE, TEXT_OPTION_ASCII },
	{ CLI_INVERTED, "--inverted", TEXT_BARE, TEXT_OPTION_INVERTED },
	{ CLI_ALL, "--all", TEXT_BARE, TEXT_OPTION_ALL },
	{ CLI_REBUILD, "--rebuild", TEXT_BARE, TEXT_OPTION_REBUILD },
	{ CLI_CLOCK, "--clock", TEXT_BARE, TEXT_OPTION_CLOCK },
	{ CLI_YES, "--yes", TEXT_BARE, TEXT_OPTION_YES },
	{ CLI_CONFDIR, "--confdir", TEXT_ARG_DIR, TEXT_OPTION_CONFDIR },
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
static void print_option(const struct option_help *option, enum lbr_language language)
{
	const char *help = cli_text(option->help, language);
	char word[OPTION_WORD_MAX];
	unsigned column = HELP_COLUMN, width;
	size_t len;

	snprintf(word, sizeof(word), "%s%s%s", option->word, option->argument == TEXT_BARE ? "" : " ",
	         option->argument == TEXT_BARE ? "" : cli_text(option->argument, language));
	printf("  %s%*s", word, HELP_COLUMN - 2 - (int)cli_text_width(word), "");
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
			print_option(&option_helps[at], cli->language);
	cli_write(stdout, cli->language, TEXT_HELP_EXAMPLE, verb->example, NULL);
}
