/* Options and words after the verb, in any order. */
#include "cli.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "mistyped.h"
#include "option_table.h"

static void keep_value(struct cli *cli, const struct cli_option_row *option, const char *value)
{
	if (option->value != 0)
		memcpy((char *)cli + option->value, &value, sizeof(value));
}

/* Reads one option, and its value from the next word if need be. `word` is the text as typed. */
static enum cli_status take_option(struct cli *cli, int count, char **words, int *at)
{
	const char *value = NULL, *name = cli->verb->name;
	const struct cli_option_row *option = cli_option_find(words[*at], cli->verb->options | CLI_HELP, &value);

	if (option == NULL)
		return cli_mistyped_option(cli, words[*at]);
	if (cli_has(cli, option->option))
		return cli_fail(cli, CLI_USAGE, TEXT_TWICE, name, option->word, NULL);
	if (option->value == 0 && value != NULL)
		return cli_fail(cli, CLI_USAGE, TEXT_NO_VALUE, name, option->word, NULL);
	if (option->value != 0 && value == NULL && *at + 1 < count)
		value = words[++*at];
	if (option->value != 0 && (value == NULL || value[0] == '\0'))
		return cli_fail(cli, CLI_USAGE, TEXT_VALUE_MISSING, name, option->word, NULL);
	cli->options |= option->option;
	keep_value(cli, option, value);
	return CLI_DONE;
}

static enum cli_status judge_words(const struct cli *cli)
{
	const struct verb *verb = cli->verb;
	const char *arguments = cli_text(verb->arguments, cli->language);
	bool named_elsewhere = verb->min > 0 && (cli->options & (CLI_ALL | CLI_CSV)) != 0;
	int min = named_elsewhere ? 0 : verb->min;
	int max = named_elsewhere ? 0 : verb->max;

	if (cli->count < min)
		return cli_fail(cli, CLI_USAGE, TEXT_TOO_FEW, verb->name, arguments, NULL);
	/* The word itself is not echoed: it may be a code or a password typed in the wrong place. */
	if (cli->count > max)
		return cli_fail(cli, CLI_USAGE, TEXT_TOO_MANY, verb->name, arguments, NULL);
	return CLI_DONE;
}

enum cli_status cli_options_read(struct cli *cli, int count, char **words)
{
	bool options_over = false;
	int at;

	cli->words = words; /* words that are not options move to the front of the same array */
	for (at = 0; at < count; at++) {
		if (!options_over && strcmp(words[at], "--") == 0) {
			options_over = true;
		} else if (!options_over && words[at][0] == '-' && words[at][1] != '\0') {
			enum cli_status status = take_option(cli, count, words, &at);

			if (status != CLI_DONE)
				return status;
		} else {
			cli->words[cli->count++] = words[at];
		}
	}
	return cli_has(cli, CLI_HELP) ? CLI_DONE : judge_words(cli);
}
