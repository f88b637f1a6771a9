/* What the terminal can show. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>

/* Returns false if the environment names a locale whose characters are not UTF-8. Without any locale nothing is known of the
 * terminal, and most are UTF-8. */
bool cli_terminal_is_utf8(void);

/* Returns true if it says that it has 256 colours. Themes choose the first sixteen; the others are the same everywhere. */
bool cli_terminal_has_256_colours(void);

/* Returns the columns of the terminal at standard output; 0: none, or it does not say. */
unsigned cli_terminal_columns(void);

#endif
