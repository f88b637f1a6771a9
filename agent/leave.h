/* How an agent leaves the control of the person who started the service. */
#ifndef AGENT_LEAVE_H
#define AGENT_LEAVE_H

#include <stdbool.h>
#include <sys/types.h>

#include <liberations/error.h>

/* Leaves the control groups in which a person could stop or starve this process, and resets what else of the starter's decides
 * when it runs. Call it as root, before anything is held that others need; does nothing in a process that is not root. `starter`
 * is the real uid of the person who ran the service: 0, unless that is a setuid program.
 *
 * A person's agent that cannot leave must not run: LBR_ERR_SYSTEM or LBR_ERR_UNSAFE. Root's runs, and a notice is logged. */
enum lbr_error lbr_leave(uid_t starter, struct lbr_reason *reason);

/* The part about control groups. For root (`always` is false), those are left in which somebody else has a say. `*ret_any` says
 * whether there were any to leave, left or not. */
enum lbr_error lbr_leave_groups(bool always, bool *ret_any, struct lbr_reason *reason);

/* The part about everything else: processors, priorities, I/O class, memory. What the kernel does not have stays as it is. */
void lbr_leave_habits(void);

#endif
