/* A dry run says what would become of each account. */
#ifndef CLI_WOULD_H
#define CLI_WOULD_H

#include <stdbool.h>

#include "cli.h"

/* Prints one line: that the verb would change this account, or that it is so already. */
void cli_say_would(const struct cli *cli, const char *name, bool changes);

#endif
