#include "store_words.h"

#include <string.h>

const struct store_word cli_store_words[] = {
	{ "init", cli_store_init, CLI_PRINT, false, CLI_PRINT },
	{ "join", cli_store_join, 0, true, 0 },
	{ "status", cli_store_status, 0, true, 0 },
	{ "adopt", cli_store_adopt, CLI_YES, false, 0 },
	{ "upgrade", cli_store_upgrade, CLI_PRINT, false, CLI_PRINT },
	{ "migrate", cli_store_migrate, CLI_YES | CLI_TO | CLI_SKIP_NAMES | CLI_DRY_RUN, false, CLI_DRY_RUN },
	{ .name = NULL },
};

const struct store_word *cli_store_word_of(const struct cli *cli)
{
	const struct store_word *word;

	for (word = cli_store_words; word->name != NULL; word++)
		if (cli->count > 0 && strcmp(word->name, cli->words[0]) == 0)
			return word;
	return NULL;
}

bool cli_store_only_looks(const struct cli *cli)
{
	const struct store_word *word = cli_store_word_of(cli);

	return word != NULL && (word->looks || (cli->options & word->looking) != 0);
}
