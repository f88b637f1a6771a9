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
	return lbr_become_owner_of(settings.state, reason);
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

/* False: time to stop. */
static bool take_signals(int fd, struct lbr_agents *agents)
{
	struct signalfd_siginfo got;
	bool stay = true;

	while (read(fd, &got, sizeof(got)) == (ssize_t)sizeof(got))
		stay = stay && got.ssi_signo == SIGCHLD;
	lbr_agents_reap(agents);
	return stay;
}

static void accept_some(int listener, enum lbr_scope scope, struct lbr_agents *agents)
{
	int i, fd;

	for (i = 0; i < AT_A_TIME; i++) {
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM))
			(void)poll(NULL, 0, ACCEPT_RETRY_MS); /* the machine is short of resources: do not spin */
		if (fd < 0 && errno != ECONNABORTED && errno != EINTR)
			return;
		if (fd < 0)
			continue;
		lbr_agents_start(agents, fd, scope);
		close(fd);
	}
}

static int serve(const struct lbr_sockets *sockets, int signals, unsigned idle_s, struct lbr_agents *agents)
{
	struct pollfd wanted[LBR_SCOPES + 1];
	int i, ready, wait_ms;

	for (i = 0; i < LBR_SCOPES; i++)
		wanted[i] = (struct pollfd){.fd = sockets->fds[i], .events = POLLIN};
	wanted[LBR_SCOPES] = (struct pollfd){.fd = signals, .events = POLLIN};
	for (;;) {
		wait_ms = sockets->activated && agents->count == 0 ? (int)idle_s * 1000 : -1;
		ready = poll(wanted, LBR_SCOPES + 1, wait_ms);
		if (ready == 0)
			return EX_OK; /* the next connection wakes the supervisor */
		if (ready < 0 && errno != EINTR)
			return EX_OSERR;
		if (ready < 0)
			continue;
		if (wanted[LBR_SCOPES].revents != 0 && !take_signals(signals, agents))
			return EX_OK; /* dialogues in progress are other processes and end by themselves */
		for (i = 0; i < LBR_SCOPES; i++)
			if (wanted[i].fd >= 0 && wanted[i].revents != 0)
				accept_some(wanted[i].fd, (enum lbr_scope)i, agents);
	}
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
		error = lbr_sockets_open(arguments, inherited, &sockets, &reason);
	if (error == LBR_OK)
		error = leave_root(arguments, &reason);
	if (error == LBR_OK)
		error = lbr_harden_late(&reason);
	if (error == LBR_OK)
		error = open_signals(&signals, &reason);
	if (error == LBR_OK) {
		lbr_agents_begin(&agents, arguments->config);
		status = serve(&sockets, signals, arguments->idle_s, &agents);
	} else {
		lbr_log(LOG_ALERT, "cannot listen: %s", reason.text);
	}
	return status;
}
