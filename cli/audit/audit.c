#include "audit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libaudit.h>

#include <liberations/monotonic.h>

#include "audit_parts.h"

/* How long the command waits for a slow or a dead auditd in all: the kernel makes a sender wait for up to a minute a record. */
#define PATIENCE_MS 2000

static struct {
	bool     wanted;
	int      link; /* to the child, or -1 */
	pid_t    child;
	int64_t  patience_ms;
	unsigned given, lost;
} audit = { .link = -1 };

/* No signal that a terminal sends to both ends the child: it keeps them blocked, and ends when the command does. */
static pid_t start_child(const int ends[2], int kernel, int kind, const char *verb, const char *tty)
{
	sigset_t all, before;
	pid_t child;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	child = fork();
	if (child == 0) {
		if (!cli_audit_confine(ends[1], kernel))
			_exit(1);
		cli_audit_serve(STDIN_FILENO, STDOUT_FILENO, kind, verb, tty);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return child;
}

static void start(int kernel, int kind, const char *verb, const char *tty)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return;
	audit.child = start_child(ends, kernel, kind, verb, tty);
	close(ends[1]);
	if (audit.child > 0)
		audit.link = ends[0];
	else
		close(ends[0]);
}

void cli_audit_begin(const struct cli *cli, const char *tty)
{
	int kind = cli_audit_kind(cli), kernel;

	if (kind == 0 || geteuid() != 0 || !cli_audit_allowed())
		return;
	set_aumessage_mode(MSG_QUIET, DBG_NO);
	kernel = audit_open();
	if (kernel < 0 && (errno == EINVAL || errno == EPROTONOSUPPORT || errno == EAFNOSUPPORT))
		return; /* a kernel without it */
	audit.wanted = true;
	audit.patience_ms = PATIENCE_MS;
	if (kernel < 0)
		return;
	start(kernel, kind, cli->verb->name, tty);
	close(kernel);
}

/* Waits for the child, as long as patience lasts in all. */
static bool wait_for(short event)
{
	struct pollfd one = { .fd = audit.link, .events = event };
	int64_t begun_ms, ended_ms = lbr_monotonic_ms();
	int ready = -1;

	while (ready < 0 && audit.patience_ms > 0) {
		begun_ms = ended_ms;
		ready = poll(&one, 1, (int)audit.patience_ms);
		if (ready < 0 && errno != EINTR)
			return false;
		ended_ms = lbr_monotonic_ms();
		audit.patience_ms -= ended_ms - begun_ms;
	}
	return ready > 0;
}

static bool hand_over(const struct audit_packet *packet)
{
	while (send(audit.link, packet, sizeof(*packet), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		if (errno != EINTR && (errno != EAGAIN || !wait_for(POLLOUT)))
			return false;
	return true;
}

void cli_audit_record(const char *name, bool done)
{
	struct audit_packet packet = { .done = done };

	if (!audit.wanted)
		return;
	if (name != NULL && lbr_name_check(name) == LBR_OK)
		snprintf(packet.name, sizeof(packet.name), "%s", name);
	if (audit.link >= 0 && hand_over(&packet))
		audit.given++;
	else
		audit.lost++;
}

unsigned cli_audit_end(void)
{
	unsigned failed = 0;
	bool told;

	if (audit.link < 0)
		return audit.lost;
	(void)shutdown(audit.link, SHUT_WR);
	told = wait_for(POLLIN) && recv(audit.link, &failed, sizeof(failed), MSG_DONTWAIT) == (ssize_t)sizeof(failed);
	close(audit.link);
	audit.link = -1;
	if (told)
		while (waitpid(audit.child, NULL, 0) < 0 && errno == EINTR)
			continue;
	return audit.lost + (told ? failed : audit.given);
}
