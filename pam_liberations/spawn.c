/* clone(2) without an exit signal creates a child that the host's waitpid(-1) does not find and that sends no SIGCHLD. An exec
 * would restore the signal, so that child only starts the future agent and exits: init becomes the agent's parent, and the host
 * does not notice its end. CLONE_VM avoids copying the host's page tables; CLONE_VFORK suspends this thread meanwhile. */
#include "spawn.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "caller.h"
#include "launch.h"

#define STACK_SIZE (64 * 1024)
#define GUARD_SIZE (64 * 1024) /* at least one page of any page size */
#define UID_DIGITS 20
#define REGION_SIZE (2 * (GUARD_SIZE + STACK_SIZE))

/* Two stacks, each with a guard below it. */
static char *map_stacks(void)
{
	char *region = mmap(NULL, REGION_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	char *second = region + GUARD_SIZE + STACK_SIZE;

	if (region == MAP_FAILED)
		return NULL;
	if (mprotect(region + GUARD_SIZE, STACK_SIZE, PROT_READ | PROT_WRITE) == 0 &&
	    mprotect(second + GUARD_SIZE, STACK_SIZE, PROT_READ | PROT_WRITE) == 0)
		return region;
	munmap(region, REGION_SIZE);
	return NULL;
}

static void run_middle(struct lbr_launch *launch, char *stack_top)
{
	pid_t pid = clone(lbr_launch_middle, stack_top, CLONE_VM | CLONE_VFORK, launch);

	if (pid < 0) {
		launch->saved_errno = errno;
		return;
	}
	/* ECHILD: another thread of the host waits for all children, clones included; that will do. */
	while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		continue;
}

/* With every signal blocked, no handler of the host runs in the children that share its memory; without cancellation, no
 * cleanup handler does. */
static void launch_quietly(struct lbr_launch *launch, char *stack_top)
{
	sigset_t all, before;
	int cancel;

	sigfillset(&all);
	if (pthread_sigmask(SIG_BLOCK, &all, &before) != 0) {
		launch->saved_errno = EINVAL;
		return;
	}
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	run_middle(launch, stack_top);
	pthread_setcancelstate(cancel, &cancel);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* An agent of the release before knows no caller, and root's services have none to tell it. */
static int launch_agent(const char *agent, const char *config, bool quiet, int socket)
{
	char caller[UID_DIGITS + 1];
	const char *argv[] = {"liberations-agent", "--fd", "3", NULL, NULL, NULL, NULL, NULL, NULL, NULL}, **next = argv + 3;
	struct lbr_launch launch = {.path = agent, .socket = socket, .root = geteuid() == 0, .saved_errno = EIO};
	char *region = map_stacks();

	if (region == NULL)
		return errno;
	if (lbr_caller_is_person()) {
		snprintf(caller, sizeof(caller), "%lu", (unsigned long)lbr_caller_uid());
		*next++ = "--for-uid";
		*next++ = caller;
	}
	if (quiet) {
		*next++ = "--peer";
		*next++ = "own-quiet";
	}
	if (config[0] != '\0') {
		*next++ = "--config";
		*next++ = config;
	}
	launch.argv = (char *const *)(uintptr_t)argv;
	launch.agent_stack = region + REGION_SIZE;
	launch_quietly(&launch, region + GUARD_SIZE + STACK_SIZE);
	munmap(region, REGION_SIZE);
	return launch.saved_errno;
}

int lbr_spawn_agent(const char *agent, const char *config, bool quiet, struct lbr_client *client)
{
	int errno_before = errno;
	int socket, error = lbr_client_pair(client, &socket);

	if (error == 0) {
		error = launch_agent(agent, config, quiet, socket);
		close(socket);
		if (error != 0)
			lbr_client_close(client);
	}
	errno = errno_before;
	return error;
}
