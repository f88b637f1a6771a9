/* Confirmation before data is destroyed. */
#ifndef CLI_QUESTION_H
#define CLI_QUESTION_H

#include "cli.h"

/* Asks `question`, in which %1 is `name`, unless --yes was given. CLI_DONE: yes. CLI_NO: no, after one line with `declined`.
 * CLI_USAGE: no one to ask. */
enum cli_status cli_ask_yes(const struct cli *cli, enum cli_text question, const char *name, enum cli_text declined);

#endif
