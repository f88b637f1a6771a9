/* The options of options.def as a table: their words, values and help. */
#ifndef CLI_OPTION_TABLE_H
#define CLI_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli.h"

/* What a shell offers for an option's argument. */
enum cli_completion {
	CLI_COMPLETE_NOTHING,
	CLI_COMPLETE_FILES,
	CLI_COMPLETE_DIRECTORIES,
	CLI_COMPLETE_UNIX_USERS,
	CLI_COMPLETE_TIMES,
	CLI_COMPLETE_SORT_KEYS,
	CLI_COMPLETE_IMPORT_KINDS,
	CLI_COMPLETE_STATES,  /* several, joined by commas, as the next one */
	CLI_COMPLETE_COLUMNS,
	CLI_COMPLETE_KEY_IDS,
	CLI_COMPLETE_STORES,
};

struct cli_option_row {
	cli_options         option;
	const char         *word;       /* "--life" */
	size_t              value;      /* offset of the field of struct cli that keeps the value; 0: it takes none */
	enum cli_text       argument;   /* TEXT_BARE: it takes none */
	enum cli_completion completion;
	bool                root_only;  /* refused under sudo, doas and pkexec */
	enum cli_text       help;
};

/* CLI_PLACES rows, in the order of a verb's help. */
extern const struct cli_option_row cli_option_rows[CLI_PLACES];

/* Returns the option that `word` ("--config", "--config=FILE", "-h") is, among those of the set, or NULL. `*ret_value`: the text
 * after '=', or NULL. --csv means what the set has. */
const struct cli_option_row *cli_option_find(const char *word, cli_options taken, const char **ret_value);

#endif
