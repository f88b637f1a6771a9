/* The listener: opens its sockets with the starter's rights, drops those rights, then serves one connection after another.
 * Signals arrive as bytes on a descriptor, so no handler ever interrupts anything. */
#include "listen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

#include <liberations/become.h>

#include "confine.h"
#include "harden.h"
#include "leave.h"
#include "log.h"

#define AT_A_TIME 64 /* connections taken from one socket before the others get a turn */
#define ACCEPT_RETRY_MS 100

static void log_fault(void *context, const struct lbr_reason *reason)
{
	(void)context;
	lbr_log(LOG_ERR, "%s", reason->text);
}

/* Root becomes the store's owner. Started as another user, the listener has no rights to drop and nothing to read: each agent
 * checks for itself that it runs as the owner, so a configuration fixed later needs no new listener. */
static enum lbr_error leave_root(const struct lbr_agent_arguments *arguments, struct lbr_reason *reason)
{
	struct lbr_settings settings;
	enum lbr_error error;

	if (geteuid() != 0)
		return LBR_OK;
	lbr_settings_default(&settings);
	error = lbr_settings_load(arguments->config, &settings, log_fault, NULL);
	if (error != LBR_OK) {
		lbr_fail_bare(reason, error);
		lbr_reason_prefix(reason, arguments->config);
		return error;
	}
	return lbr_become_owner_of(settings.state, settings.user, reason);
}

static enum lbr_error open_signals(int *ret_fd, struct lbr_reason *reason)
{
	sigset_t wanted;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGCHLD);
	sigaddset(&wanted, SIGTERM);
	sigaddset(&wanted, SIGINT);
	if (sigprocmask(SIG_BLOCK, &wanted, NULL) != 0)
		return lbr_fail_system(reason, errno, "sigprocmask");
	*ret_fd = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
	return *ret_fd < 0 ? lbr_fail_system(reason, errno, "signalfd") : LBR_OK;
}

/* True: it shall end. */
static bool take_signals(int fd, struct lbr_agents *agents)
{
	struct signalfd_siginfo got;
	bool ends = false;

	while (read(fd, &got, sizeof(got)) == (ssize_t)sizeof(got))
		ends = ends || got.ssi_signo != SIGCHLD;
	lbr_agents_reap(agents);
	return ends;
}

/* False: the queue is empty. */
static bool accept_some(int listener, enum lbr_scope scope, struct lbr_callers *callers, struct lbr_agents *agents)
{
	int i, fd;

	for (i = 0; i < AT_A_TIME; i++) {
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM))
			(void)poll(NULL, 0, ACCEPT_RETRY_MS); /* the machine is short of resources: do not spin */
		if (fd < 0 && errno != ECONNABORTED && errno != EINTR)
			return errno != EAGAIN;
		if (fd >= 0)
			lbr_callers_take(callers, agents, fd, scope);
	}
	return true;
}

/* The sockets, the signals, and the connections whose callers are not known yet. */
#define WANTED (LBR_SCOPES + 1 + LBR_CALLERS_MAX)

static int wait_for_work(struct pollfd wanted[WANTED], const struct lbr_sockets *sockets, const struct lbr_callers *callers,
                         const struct lbr_end *end, int idle_ms)
{
	int i, wait_ms = lbr_callers_wait_ms(callers);

	for (i = 0; i < LBR_SCOPES; i++)
		wanted[i] = (struct pollfd){.fd = end->begun && !end->takes[i] ? -1 : sockets->fds[i], .events = POLLIN};
	for (i = 0; i < LBR_CALLERS_MAX; i++)
		wanted[LBR_SCOPES + 1 + i] = (struct pollfd){.fd = callers->list[i].fd, .events = POLLIN};
	return poll(wanted, WANTED, lbr_end_wait_ms(end, wait_ms < 0 ? idle_ms : wait_ms));
}

static int serve(const struct lbr_sockets *sockets, int signals, unsigned idle_s, struct lbr_agents *agents)
{
	static struct lbr_callers callers;
	struct lbr_end end = {.begun = false};
	struct pollfd wanted[WANTED];
	int i, ready, idle_ms;

	lbr_callers_begin(&callers);
	wanted[LBR_SCOPES] = (struct pollfd){.fd = signals, .events = POLLIN};
	while (!lbr_end_is_over(&end, &callers)) {
		idle_ms = sockets->activated && !lbr_agents_any(agents) ? (int)idle_s * 1000 : -1;
		ready = wait_for_work(wanted, sockets, &callers, &end, idle_ms);
		if (ready == 0 && !end.begun && lbr_callers_wait_ms(&callers) < 0)
			return EX_OK; /* the next connection wakes the supervisor */
		if (ready < 0 && errno != EINTR)
			return EX_OSERR;
		if (ready < 0)
			continue;
		if (wanted[LBR_SCOPES].revents != 0 && take_signals(signals, agents))
			lbr_end_tell(&end, sockets); /* dialogues in progress are other processes and end by themselves */
		lbr_callers_serve(&callers, agents);
		for (i = 0; i < LBR_SCOPES; i++)
			if (wanted[i].revents != 0 && (!end.begun || end.takes[i]))
				end.takes[i] = accept_some(wanted[i].fd, (enum lbr_scope)i, &callers, agents) && end.begun;
	}
	return EX_OK;
}

int lbr_listen(const struct lbr_agent_arguments *arguments, const struct lbr_inherited *inherited)
{
	static struct lbr_agents agents;
	struct lbr_sockets sockets;
	struct lbr_reason reason = { .text = "" };
	int signals = -1, status = EX_CONFIG;
	enum lbr_error error;

	error = lbr_harden_early(LBR_INHERITED_FIRST, inherited->count, &reason);
	lbr_log_open();
	if (error == LBR_OK)
		error = lbr_leave(0, &reason); /* its agents go with it */
	if (error == LBR_OK)
		error = open_signals(&signals, &reason); /* before somebody can come who is not served at its end */
	if (error == LBR_OK)
		error = lbr_sockets_open(arguments, inherited, &sockets, &reason);
	if (error == LBR_OK)
		error = leave_root(arguments, &reason);
	if (error == LBR_OK)
		error = lbr_harden_late(&reason);
	if (error == LBR_OK) {
		lbr_confine_warn();
		lbr_agents_begin(&agents, arguments->config);
		status = serve(&sockets, signals, arguments->idle_s, &agents);
		lbr_spare_end(&agents.spare);
	} else {
		lbr_log(LOG_ALERT, "cannot listen: %s", reason.text);
	}
	return status;
}
