/* What the terminal can show. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>

/* Returns false if the environment names a locale whose characters are not UTF-8. Without any locale nothing is known of the
 * terminal, and most are UTF-8. */
bool cli_terminal_is_utf8(void);

#endif
