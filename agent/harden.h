/* Hardening of the process: no core files, and no limits, masks or descriptors inherited from the program that started it. */
#ifndef AGENT_HARDEN_H
#define AGENT_HARDEN_H

#include <liberations/error.h>

/* Hardens the process; call it first, before anything is read. Empties the environment, sets umask, signals, limits and
 * no_new_privs, opens descriptors 0 to 2 if missing, and closes all others except the `count` from `first` (3 or above) on.
 * LBR_ERR_SYSTEM: one of these failed. */
enum lbr_error lbr_harden_early(int first, int count, struct lbr_reason *reason);

/* Makes the process not dumpable, so that no debugger of that uid can attach and no core is written. Call it after the ids have
 * changed, which resets the flag. */
enum lbr_error lbr_harden_late(struct lbr_reason *reason);

#endif
