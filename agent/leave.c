/* While an agent holds what others wait for, nobody but root may decide when it runs. su, sudo and passwd run in their caller's
 * session: on a systemd machine part of the tree of control groups is the caller's own, with cgroup.freeze and cpu.max in it, and
 * those need no right to send a signal. Until this function returns nothing is held: somebody who freezes the agent earlier
 * waits alone.
 *
 * The agent moves to the root of each hierarchy: that needs no delegation, no rule of systemd forbids it, and the root group has
 * no limits. A move waits for the kernel's readers, 7 ms on an idle machine, so agents of sshd and login, which root started in
 * root's groups, stay where they are. Nor do they lose what the administrator set for those services. A root shell in a person's
 * terminal runs in that person's group; there root's agents leave too. */
#include "leave.h"

#include <syslog.h>
#include <unistd.h>

#include "log.h"

enum lbr_error lbr_leave(uid_t starter, struct lbr_reason *reason)
{
	bool any = false;
	enum lbr_error error;

	if (geteuid() != 0)
		return LBR_OK; /* the listener's agent, or an ordinary user's for a store of that user's own */
	error = lbr_leave_groups(starter != 0, &any, reason);
	if (starter != 0 || any)
		lbr_leave_habits();
	if (error == LBR_OK)
		return LBR_OK;
	if (starter != 0) {
		lbr_reason_prefix_clause(reason, LBR_WHY(STARTER_HAS_HOLD), (unsigned)starter);
		return error;
	}
	lbr_log(LOG_NOTICE, "this agent may be stopped by the owner of its control group, which it cannot leave: %s", reason->text);
	*reason = (struct lbr_reason){.text = ""};
	return LBR_OK;
}
