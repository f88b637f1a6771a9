/* What the files of `contact` share. */
#ifndef CLI_CONTACT_VERB_H
#define CLI_CONTACT_VERB_H

#include <stdbool.h>

#include "cli.h"

/* contact_print.c: prints the account's field. */
void cli_contact_print(const struct cli *cli, const char *field, bool changed);

/* contact_test.c: sends a word, and records the date once it was read back. */
enum cli_status cli_contact_test(struct cli *cli);

#endif
