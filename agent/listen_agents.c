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
#define BREATH_MS 1000

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

static bool is_privileged(uid_t uid)
{
	return uid == 0 || uid == geteuid();
}

static bool is_free(const struct lbr_agent_entry *entry, int64_t now_ms)
{
	return entry->pid == 0 && now_ms >= entry->until_ms;
}

/* An entry for one more agent, or NULL. */
static struct lbr_agent_entry *find_entry(struct lbr_agents *agents, uid_t uid, enum lbr_scope scope)
{
	unsigned most = scope == LBR_SCOPE_ANY ? LBR_AGENTS_PER_VERIFIER : LBR_AGENTS_PER_UID, same = 0, held = 0;
	struct lbr_agent_entry *entry, *found = NULL;
	int64_t now_ms = lbr_monotonic_ms();

	for (entry = agents->entries; entry < agents->entries + LBR_AGENTS_MAX; entry++) {
		if (is_free(entry, now_ms)) {
			found = entry;
			continue;
		}
		held++;
		same += entry->uid == uid && entry->scope == scope;
	}
	if (is_privileged(uid) || (same < most && held < LBR_AGENTS_MAX - LBR_AGENTS_RESERVED))
		return found;
	return NULL;
}

/* In a flood, most peers have hung up before their turn comes. */
static bool is_gone(int fd)
{
	struct pollfd peer = {.fd = fd, .events = POLLRDHUP};

	return poll(&peer, 1, 0) != 0;
}

/* A fresh image: its own addresses, none of the listener's memory, no environment. */
static int start(const struct lbr_agents *agents, int fd, enum lbr_scope scope, pid_t *ret)
{
	const char *argv[] = {"liberations-agent", "--fd", "3", "--peer", scope == LBR_SCOPE_ANY ? "any" : "own",
	                      "--config", agents->config, NULL};
	int error = lbr_agent_start(agents->program, argv, fd, ret);

	if (error == ENOENT || error == EACCES || error == ENOEXEC || error == ETXTBSY) /* removed, or half of an upgrade */
		error = lbr_agent_start("/proc/self/exe", argv, fd, ret);
	return error;
}

static void take(struct lbr_agents *agents, struct lbr_agent_entry *entry, pid_t pid, uid_t uid, enum lbr_scope scope)
{
	entry->pid = pid;
	entry->uid = uid;
	entry->scope = scope;
	entry->until_ms = is_privileged(uid) || scope == LBR_SCOPE_ANY ? 0 : lbr_monotonic_ms() + BREATH_MS;
	agents->count++;
}

void lbr_agents_start(struct lbr_agents *agents, int fd, enum lbr_scope scope)
{
	struct lbr_agent_entry *entry;
	struct ucred peer;
	socklen_t len = sizeof(peer);
	unsigned long held;
	pid_t pid = -1;
	int error;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 || len != sizeof(peer) || is_gone(fd))
		return;
	entry = find_entry(agents, peer.uid, scope);
	if (entry == NULL) {
		if (may_say(&agents->refused, &held))
			lbr_log(LOG_WARNING, "refused a connection from uid %ld pid %ld: too many at once (%u agents are running; "
			        "%lu earlier refusals not logged)", (long)peer.uid, (long)peer.pid, agents->count, held);
		return;
	}
	error = start(agents, fd, scope, &pid);
	if (error == 0)
		take(agents, entry, pid, peer.uid, scope);
	else if (may_say(&agents->failed, &held))
		lbr_log(LOG_ERR, "cannot start an agent: %s (%lu earlier failures not logged)", strerrordesc_np(error),
		        held);
}

static void let_go(struct lbr_agents *agents, pid_t pid)
{
	struct lbr_agent_entry *entry;

	for (entry = agents->entries; entry < agents->entries + LBR_AGENTS_MAX; entry++)
		if (entry->pid == pid) {
			entry->pid = 0;
			agents->count--;
		}
}

void lbr_agents_reap(struct lbr_agents *agents)
{
	unsigned long held;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		let_go(agents, pid);
		if (WIFSIGNALED(status) && may_say(&agents->died, &held))
			lbr_log(LOG_ERR, "agent %ld was killed by signal %d; its sign-in was refused (%lu earlier deaths not "
			        "logged)",
			        (long)pid, WTERMSIG(status), held);
	}
}
