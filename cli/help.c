/* Help, on standard output. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include "fold.h"
#include "option_table.h"

#define HELP_COLUMN 19
#define OPTION_WORD_MAX 40 /* bytes of an option and its argument */

static unsigned characters(const char *text, size_t len)
{
	unsigned count = 0;
	size_t at;

	for (at = 0; at < len; at++)
		count += ((unsigned char)text[at] & 0xc0) != 0x80;
	return count;
}

/* Beside the option, or below a long one, in lines that fit a terminal. */
static void print_option(const struct cli_option_row *option, enum lbr_language language)
{
	const char *help = cli_text(option->help, language);
	char word[OPTION_WORD_MAX];
	unsigned column = HELP_COLUMN, width;
	size_t len;

	snprintf(word, sizeof(word), "%s%s%s", option->word, option->argument == TEXT_BARE ? "" : " ",
	         option->argument == TEXT_BARE ? "" : cli_text(option->argument, language));
	width = 2 + cli_text_width(word);
	if (width > HELP_COLUMN) /* below it */
		printf("  %s\n%*s", word, HELP_COLUMN, "");
	else
		printf("  %s%*s", word, HELP_COLUMN - (int)width, "");
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
	for (at = 0; at < CLI_PLACES; at++)
		if (verb->options & cli_option_rows[at].option)
			print_option(&cli_option_rows[at], cli->language);
	cli_write(stdout, cli->language, TEXT_HELP_EXAMPLE, verb->example, NULL);
}
