/* The processes that read HTTP, once they have ended. */
#ifndef PORTAL_REAP_H
#define PORTAL_REAP_H

#include <stdbool.h>

/* From here on the end of a process is noted. It interrupts poll(2), which no flag restarts, and no other call. */
void lbr_reap_begin(void);

/* Reaps those that have ended since; one that a signal ended for its own fault is a line in the log. If none has, this makes no
 * system call. */
void lbr_reap_readers(void);

/* True if one lives, or has not been reaped. */
bool lbr_reap_any_left(void);

#endif
