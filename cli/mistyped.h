/* Refuses a word that does not exist, and names the one that was meant if it is near enough. */
#ifndef CLI_MISTYPED_H
#define CLI_MISTYPED_H

#include <liberations/store.h>

#include "cli.h"

/* Both return CLI_USAGE, after one line on standard error. */
enum cli_status cli_mistyped_verb(const struct cli *cli, const char *word);
enum cli_status cli_mistyped_option(const struct cli *cli, const char *word);

/* Returns CLI_NO, after one line. The names come from the store, which is open, or else from the directory `state`; NULL: from
 * neither. The effective user reads them: who may not read the store learns none. */
enum cli_status cli_mistyped_account(const struct cli *cli, struct lbr_store *store, const char *state, const char *name);

#endif
