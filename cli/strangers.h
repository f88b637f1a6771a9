/* After a verb that gives an account something: says whose it is, if the name went to another Unix user meanwhile. */
#ifndef CLI_STRANGERS_H
#define CLI_STRANGERS_H

#include "cli.h"

/* Call it after the verb succeeded. One line on standard error for each account that it named, and whose recorded uid is not the
 * system's; it names what settles it. */
void cli_strangers_tell(const struct cli *cli);

#endif
