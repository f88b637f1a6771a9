/* How far a long run is: a bar on standard error, at a terminal only. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stddef.h>

/* Draws it; nothing for a single one. */
void cli_progress_draw(size_t done, size_t total);

/* Takes it away, if it is there, before anything else is written to the terminal. */
void cli_progress_clear(void);

#endif
