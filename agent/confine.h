/* What the agent gives up once it has what it needs: every file but the store's, every system call but its own, whoever
 * started it. */
#ifndef AGENT_CONFINE_H
#define AGENT_CONFINE_H

#include <liberations/error.h>

/* To be called with the store open and before the peer's first byte is read, by a process with one thread and no new
 * privileges. Files: Landlock, beneath `state_dir`, and reading the one file `readable` ("": none; one that cannot be opened now
 * is not granted). System calls: seccomp; any other ends the process. A kernel without one of them does without it, at a line
 * for debugging.
 * LBR_ERR_SYSTEM: the kernel has it and refuses it; the process must end. */
enum lbr_error lbr_confine(const char *state_dir, const char *readable, struct lbr_reason *reason);

/* confine_calls.c: the second half. LBR_ERR_ABSENT: not on this kernel or processor. */
enum lbr_error lbr_confine_calls(struct lbr_reason *reason);

#endif
