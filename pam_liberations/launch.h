/* Steps between the host and the agent's first instruction, in processes that still share the host's memory. */
#ifndef PAM_LIBERATIONS_LAUNCH_H
#define PAM_LIBERATIONS_LAUNCH_H

#include <stdbool.h>

#include <liberations/agent_start.h>

/* Shared by host, middle and agent-to-be: each writes while the ones before it are suspended (CLONE_VFORK). */
struct lbr_launch {
	const char  *path;
	char *const *argv;
	int          socket;
	bool         root;        /* effective user 0: set real and saved ids to match */
	void        *agent_stack; /* top of the second stack */
	int          saved_errno; /* 0: the agent runs */
};

/* Body of the middle process, for clone(2): starts the agent-to-be and exits, so that init adopts the agent. */
int lbr_launch_middle(void *launch);

#endif
