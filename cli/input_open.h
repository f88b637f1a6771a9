/* Opening a file whose content the caller names and will see. */
#ifndef CLI_INPUT_OPEN_H
#define CLI_INPUT_OPEN_H

#include <stdbool.h>

#include "cli.h"

/* Opens `path` for reading with the rights of the caller of sudo. The caller closes it. -1 after one line on standard error: it
 * cannot be opened, or is not what cli_input_is_fit says. */
int cli_input_open(const struct cli *cli, const char *path);

/* Returns true for a regular file, and for a pipe where root runs this by itself: a caller of sudo who names one would keep root
 * waiting. */
bool cli_input_is_fit(int fd);

/* Reports that `path` cannot be opened or read, and why: an errno number. Returns CLI_FAULT. */
enum cli_status cli_input_fail(const struct cli *cli, const char *path, int error);

#endif
