/* The process itself: no core, no limits or masks inherited, nothing that its starter left behind. */
#ifndef AGENT_HARDEN_H
#define AGENT_HARDEN_H

#include <liberations/error.h>

/* First act, before anything is read: empty environment, umask, signals, limits, descriptors 0 to 2 present and none of
 * the others open but the `count` from `first` (3 or above) on, no new privileges. LBR_ERR_SYSTEM: one of them is refused. */
enum lbr_error lbr_harden_early(int first, int count, struct lbr_reason *reason);

/* After the ids have changed (which resets it): not dumpable, so no debugger of that uid and no core. */
enum lbr_error lbr_harden_late(struct lbr_reason *reason);

#endif
