/* The progress of a long run: a bar on standard error, at a terminal only. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stddef.h>

/* Draws the bar, unless `total` is below two. */
void cli_progress_draw(size_t done, size_t total);

/* Removes the bar, if drawn. Call it before anything else is written to the terminal. */
void cli_progress_clear(void);

#endif
