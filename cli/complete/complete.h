/* What the command offers to a shell that completes its line. */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "cli.h"

/* Reads the words of a line from standard input and prints what its last one may become. CLI_DONE, whatever the line is. */
enum cli_status cli_complete(struct cli *cli);

#endif
