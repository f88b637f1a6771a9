/* `store`: the accounts that many hosts share. What its words do is in cli/shared. */
#include <unistd.h>

#include "option_table.h"
#include "store_words.h"

#define OF_EVERY_VERB (CLI_JSON | CLI_CONFIG)

/* An option of another word would be ignored in silence. */
static enum cli_status judge_options(const struct cli *cli, const struct store_word *word)
{
	cli_options strange = cli->options & ~(word->options | OF_EVERY_VERB);
	size_t at;

	for (at = 0; at < CLI_PLACES; at++)
		if (strange & cli_option_rows[at].option)
			return cli_fail(cli, CLI_USAGE, TEXT_STORE_NO_OPTION, word->name, cli_option_rows[at].word, NULL);
	return CLI_DONE;
}

enum cli_status cli_store(struct cli *cli)
{
	const struct store_word *word = cli_store_word_of(cli);
	enum cli_status status;

	if (word == NULL)
		return cli_fail(cli, CLI_USAGE, TEXT_STORE_NO_WORD, NULL);
	status = judge_options(cli, word);
	if (status == CLI_DONE && geteuid() != 0)
		status = cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NEEDS_ROOT, cli->verb->name, NULL);
	return status == CLI_DONE ? word->run(cli) : status;
}
