/* The words after `store`: what sets up the accounts that many hosts share, looks at them and repairs them. One table drives
 * dispatch, completion and the log of the desk. */
#ifndef CLI_STORE_WORDS_H
#define CLI_STORE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli.h"

struct store_word {
	const char     *name;
	enum cli_status (*run)(struct cli *cli);
	cli_options     options; /* those of the verb that it takes, besides those of every verb */
	bool            looks;   /* it changes nothing, with any option */
	cli_options     looking; /* nor does it with one of these */
};

/* Ends with a NULL name. */
extern const struct store_word cli_store_words[];

/* Returns the word that was typed; NULL: there is none. */
const struct store_word *cli_store_word_of(const struct cli *cli);

/* Returns true if what was typed changes nothing. */
bool cli_store_only_looks(const struct cli *cli);

/* cli/shared */
enum cli_status cli_store_init(struct cli *cli);
enum cli_status cli_store_join(struct cli *cli);
enum cli_status cli_store_status(struct cli *cli);
enum cli_status cli_store_adopt(struct cli *cli);
enum cli_status cli_store_upgrade(struct cli *cli);
enum cli_status cli_store_migrate(struct cli *cli);

#endif
