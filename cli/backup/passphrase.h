/* The passphrase of a backup: from a terminal, from standard input, or from a file that nobody else may read. */
#ifndef CLI_PASSPHRASE_H
#define CLI_PASSPHRASE_H

#include <stdbool.h>

#include <liberations/secret.h>
#include <liberations/settings.h>

#include "cli.h"

/* Reads it, in the form in which it is used. `is_new`: a terminal asks twice, and the rules for passwords judge it. The caller
 * wipes `ret`. CLI_NO: refused, or no answer; CLI_FAULT: the file. Each after one line on standard error. */
enum cli_status cli_passphrase_take(const struct cli *cli, const struct lbr_settings *settings, bool is_new,
                                    struct lbr_secret *ret);

#endif
