/* Confinement: once the agent has opened what it needs, it gives up every file except the store's and every system call that it
 * does not use, no matter who started it. */
#ifndef AGENT_CONFINE_H
#define AGENT_CONFINE_H

#include <liberations/error.h>

/* Confines the process. Call it with the store open, before reading the peer's first byte, in a process with one thread and
 * no_new_privs set. Files: Landlock allows access beneath `state_dir` and reading the one file `readable` ("": none; if it cannot
 * be opened now, it is not granted). System calls: seccomp; any other call kills the process. If the kernel lacks one of the two,
 * it is left out, with a line of this `priority` in the log.
 * LBR_ERR_SYSTEM: the kernel supports it but refused; the process must exit. */
enum lbr_error lbr_confine(const char *state_dir, const char *readable, int priority, struct lbr_reason *reason);

/* Warns, once for all agents of a listener, if the kernel lacks one of the two. */
void lbr_confine_warn(void);

/* confine_calls.c: confines the system calls only. LBR_ERR_ABSENT: not supported on this kernel or processor. */
enum lbr_error lbr_confine_calls(struct lbr_reason *reason);

#endif
