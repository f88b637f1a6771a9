/* Asking before something is destroyed. */
#ifndef CLI_QUESTION_H
#define CLI_QUESTION_H

#include "cli.h"

/* Asks `question`, in which %1 is `name`, unless --yes was given. CLI_DONE: yes. CLI_NO, after one line that says `declined`.
 * CLI_USAGE: there is nobody to ask. */
enum cli_status cli_ask_yes(const struct cli *cli, enum cli_text question, const char *name, enum cli_text declined);

#endif
