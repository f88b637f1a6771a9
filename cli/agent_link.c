/* A connection to an agent. */
#include "agent_link.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <liberations/settings.h>

#include "admin_session.h"
#include "reason.h"

#define AGENT_FD 3
#define QUEUE_WAIT_MS 20
#define QUEUE_WAITS 50 /* a second */

/* A Unix socket connects at once, or says EAGAIN while the listener's queue is full. */
static bool connect_within(int fd, const struct sockaddr_un *address)
{
	int waits;

	for (waits = 0; waits < QUEUE_WAITS; waits++) {
		if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
			return true;
		if (errno != EAGAIN && errno != EINTR)
			return false;
		poll(NULL, 0, QUEUE_WAIT_MS);
	}
	errno = ETIMEDOUT;
	return false;
}

static enum cli_status join_listener(const struct cli *cli, const char *path, struct agent_link *link)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = -1, saved_errno = ENAMETOOLONG;

	if (strlen(path) < sizeof(address.sun_path)) {
		memcpy(address.sun_path, path, strlen(path) + 1);
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		if (fd >= 0 && connect_within(fd, &address)) {
			link->fd = fd;
			return CLI_DONE;
		}
		saved_errno = errno;
	}
	if (fd >= 0)
		close(fd);
	return cli_fail(cli, CLI_FAULT, TEXT_NO_LISTENER, cli_safe(path), cli_errno(cli->language, saved_errno), NULL);
}

/* In the child. The terminal is not the agent's, neither to read from nor to be killed by: what it charged it commits. */
static void become_agent(const char *program, const char *config, int socket, int report)
{
	char *const environment[] = { NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), error = EIO, fd;
	bool placed = null >= 0;

	socket = fcntl(socket, F_DUPFD_CLOEXEC, AGENT_FD + 1);
	report = fcntl(report, F_DUPFD_CLOEXEC, AGENT_FD + 1);
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO && placed; fd++)
		placed = dup2(null, fd) == fd;
	if (placed && socket >= 0 && setsid() >= 0 && dup2(socket, AGENT_FD) == AGENT_FD) {
		execle(program, "liberations-agent", "--fd", "3", "--config", config, (char *)NULL, environment);
		error = errno;
	}
	if (write(report, &error, sizeof(error)) != sizeof(error))
		_exit(126);
	_exit(127);
}

/* The reporting end closes with the exec: silence is success. */
static int hear_report(int fd)
{
	int error = 0;
	ssize_t got;

	do {
		got = read(fd, &error, sizeof(error));
	} while (got < 0 && errno == EINTR);
	return got == 0 ? 0 : got == (ssize_t)sizeof(error) ? error : EIO;
}

static int launch(const char *program, const char *config, const int sockets[2], const int reports[2],
                  struct agent_link *link)
{
	pid_t child = fork();
	int error = child < 0 ? errno : 0;

	if (child == 0)
		become_agent(program, config, sockets[1], reports[1]);
	close(reports[1]);
	link->child = child > 0 ? child : 0;
	return child > 0 ? hear_report(reports[0]) : error;
}

static enum cli_status start_agent(const struct cli *cli, const char *program, struct agent_link *link)
{
	int sockets[2] = { -1, -1 }, reports[2] = { -1, -1 }, error = 0;
	char config[PATH_MAX];

	/* It works in another directory. */
	if (realpath(cli->config, config) == NULL)
		return cli_fail(cli, CLI_FAULT, TEXT_NAMED, cli_safe(cli->config), cli_errno(cli->language, errno), NULL);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
		return cli_fail(cli, CLI_FAULT, TEXT_NAMED, "socketpair", cli_errno(cli->language, errno), NULL);
	link->fd = sockets[0]; /* transferred */
	if (pipe2(reports, O_CLOEXEC) != 0) {
		error = errno;
	} else {
		error = launch(program, config, sockets, reports, link);
		close(reports[0]);
	}
	close(sockets[1]);
	if (error == 0)
		return CLI_DONE;
	cli_agent_close(link);
	return cli_fail(cli, CLI_FAULT, TEXT_NO_AGENT, cli_safe(program), cli_errno(cli->language, error), NULL);
}

enum cli_status cli_agent_open(const struct cli *cli, struct agent_link *link)
{
	*link = (struct agent_link){ .fd = -1 };
	if (cli->socket != NULL)
		return join_listener(cli, cli->socket, link);
	if (cli->agent != NULL || cli_may_administer(cli))
		return start_agent(cli, cli->agent != NULL ? cli->agent : LBR_DEFAULT_AGENT, link);
	return join_listener(cli, LBR_DEFAULT_SOCKET, link);
}

void cli_agent_close(struct agent_link *link)
{
	if (link->fd >= 0)
		close(link->fd);
	link->fd = -1;
	while (link->child > 0 && waitpid(link->child, NULL, 0) < 0 && errno == EINTR)
		continue;
	link->child = 0;
}
