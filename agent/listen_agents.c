/* The running agents: how many are allowed, how one is started, how its end is noticed. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include <liberations/agent_start.h>
#include <liberations/monotonic.h>

#include "listen.h"
#include "log.h"

#define QUIET_MS 10000
#define LOUD_AGENTS 30 /* of a uid, in QUIET_MS */

/* True if this line may be written now; `*ret_held` others were suppressed. */
static bool may_say(struct lbr_bounded *bounded, unsigned long *ret_held)
{
	int64_t now_ms = lbr_monotonic_ms();

	if (now_ms < bounded->next_ms) {
		bounded->held++;
		return false;
	}
	*ret_held = bounded->held;
	*bounded = (struct lbr_bounded){.next_ms = now_ms + QUIET_MS};
	return true;
}

/* Resolves the program's path, so that after an upgrade the new agent answers the new module. */
void lbr_agents_begin(struct lbr_agents *agents, const char *config)
{
	ssize_t len;

	memset(agents, 0, sizeof(*agents));
	agents->config = config;
	len = readlink("/proc/self/exe", agents->program, sizeof(agents->program) - 1);
	if (len <= 0 || (size_t)len == sizeof(agents->program) - 1)
		(void)snprintf(agents->program, sizeof(agents->program), "/proc/self/exe");
}

/* In a flood, most peers have hung up before their turn comes. */
static bool is_gone(int fd)
{
	struct pollfd peer = {.fd = fd, .events = POLLRDHUP};

	return poll(&peer, 1, 0) != 0;
}

/* True for the first so many agents of a uid. Later ones count their refusals, so that they do not drown what the agents of others
 * say. */
static bool may_be_loud(struct lbr_agents *agents, const struct lbr_caller *caller, int64_t now_ms)
{
	uid_t group = lbr_place_group(caller->uid);
	struct lbr_loud *loud = &agents->loud[(group ^ group >> 16) % LBR_LOUD_GROUPS];

	if (now_ms >= loud->until_ms)
		*loud = (struct lbr_loud){.until_ms = now_ms + QUIET_MS};
	return ++loud->agents <= LOUD_AGENTS;
}

static enum lbr_scope scope_of(struct lbr_agents *agents, const struct lbr_caller *caller, int64_t now_ms)
{
	if (caller->pool != LBR_POOL_OWNERS || caller->scope != LBR_SCOPE_OWN || may_be_loud(agents, caller, now_ms))
		return caller->scope;
	return LBR_SCOPE_OWN_QUIET;
}

/* A fresh image: its own addresses, none of the listener's memory, no environment. */
static int start(struct lbr_agents *agents, int fd, enum lbr_scope scope, pid_t *ret)
{
	const char *argv[] = {"liberations-agent", "--fd", "3", "--peer", lbr_scope_name(scope),
	                      "--config", agents->config, NULL};
	int error;

	if (lbr_spare_give(&agents->spare, agents->program, fd, scope, ret))
		return 0;
	error = lbr_agent_start(agents->program, argv, fd, ret);
	if (error == ENOENT || error == EACCES || error == ENOEXEC || error == ETXTBSY) /* removed, or half of an upgrade */
		error = lbr_agent_start("/proc/self/exe", argv, fd, ret);
	return error;
}

/* Names who holds the places: the one that is refused need not be the one to blame. */
static void say_refused(struct lbr_agents *agents, const struct lbr_caller *caller, int64_t now_ms)
{
	struct lbr_holders holders;
	unsigned long held;
	char most[64];

	if (!may_say(&agents->refused[caller->pool], &held))
		return;
	lbr_place_holders(&agents->places, caller->pool, now_ms, &holders);
	if (holders.most_first == holders.most_last)
		(void)snprintf(most, sizeof(most), "uid %ld", (long)holders.most_first);
	else
		(void)snprintf(most, sizeof(most), "uids %ld to %ld", (long)holders.most_first, (long)holders.most_last);
	lbr_log(LOG_WARNING, "refused a connection from uid %ld pid %ld: too many at once (%u of the %u places of %s are held, "
	        "%u of them by %s; %lu earlier refusals not logged)", (long)caller->uid, (long)caller->pid, holders.held,
	        holders.places, holders.pool, holders.most, most, held);
}

void lbr_agents_start(struct lbr_agents *agents, int fd, const struct lbr_caller *caller)
{
	int64_t now_ms = lbr_monotonic_ms();
	struct lbr_seat *place;
	unsigned long held;
	pid_t pid = -1;
	int error;

	if (is_gone(fd))
		return;
	place = lbr_place_find(&agents->places, caller, now_ms);
	if (place == NULL) {
		say_refused(agents, caller, now_ms);
		return;
	}
	error = start(agents, fd, scope_of(agents, caller, now_ms), &pid);
	if (error == 0) {
		if (place->pid != 0)
			(void)kill(place->pid, SIGKILL); /* nothing was proven to it; at any moment it can be killed */
		lbr_place_take(place, caller, pid, now_ms);
		lbr_spare_keep(&agents->spare, agents->program, agents->config);
	} else if (may_say(&agents->failed, &held)) {
		lbr_log(LOG_ERR, "cannot start an agent: %s (%lu earlier failures not logged)", strerrordesc_np(error),
		        held);
	}
}

/* The place of an agent that ended, or NULL: it was ended for another, and its place is taken. */
static struct lbr_seat *find_ended(struct lbr_agents *agents, pid_t pid)
{
	struct lbr_seat *place;

	for (place = agents->places.at; place < agents->places.at + LBR_PLACES; place++)
		if (place->pid == pid)
			return place;
	return NULL;
}

static void conclude(struct lbr_agents *agents, const struct lbr_seat *place, int status)
{
	unsigned long held;

	if (WIFSIGNALED(status) && may_say(&agents->died, &held))
		lbr_log(LOG_ERR, "agent %ld was killed by signal %d; its sign-in was refused (%lu earlier deaths not "
		        "logged)",
		        (long)place->pid, WTERMSIG(status), held);
	if (WIFEXITED(status) && WEXITSTATUS(status) == LBR_EXIT_HELD_BACK && may_say(&agents->held_back, &held))
		lbr_log(LOG_WARNING, "uid %ld is refused more often than is logged (so were %lu earlier dialogues)",
		        (long)place->uid, held);
}

bool lbr_agents_any(const struct lbr_agents *agents)
{
	const struct lbr_seat *place;

	for (place = agents->places.at; place < agents->places.at + LBR_PLACES; place++)
		if (place->pid != 0)
			return true;
	return false;
}

void lbr_agents_reap(struct lbr_agents *agents)
{
	struct lbr_seat *place;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (lbr_spare_ended(&agents->spare, pid))
			continue; /* the next connection starts its own */
		place = find_ended(agents, pid);
		if (place == NULL)
			continue;
		conclude(agents, place, status);
		place->pid = 0;
	}
}
