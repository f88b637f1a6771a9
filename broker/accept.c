/* Taking in the programs that ask. Read accept.h first. */
#include "accept.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include <liberations/monotonic.h>

#include "broker_log.h"
#include "client.h"
#include "clients.h"
#include "thread.h"

#define BREATH_US 100000 /* without descriptors or memory: others end meanwhile */

static volatile sig_atomic_t ends;

static void note_end(int number)
{
	(void)number;
	ends = 1;
}

void lbr_broker_accept_begin(void)
{
	const struct sigaction action = {.sa_handler = note_end};
	sigset_t both;

	sigemptyset(&both);
	sigaddset(&both, SIGTERM);
	sigaddset(&both, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, &both, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
	lbr_clients_begin();
}

/* Agents of this host, and root. */
static bool is_allowed(int fd, uid_t agent)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 || len != sizeof(peer))
		return false;
	return peer.uid == 0 || peer.uid == agent || peer.uid == geteuid();
}

static void take_in(struct lbr_db_pool *pool, int fd, uid_t agent)
{
	int place = is_allowed(fd, agent) ? lbr_clients_enter(fd) : -1;
	struct lbr_client_of_store *client = place < 0 ? NULL : lbr_client_of_store(pool, fd, place);

	if (client != NULL && lbr_thread_start(lbr_client_serve, client))
		return;
	free(client);
	if (place >= 0)
		lbr_clients_leave(place);
	else
		(void)close(fd);
}

/* The listener blocks nobody: another process may have taken the connection. */
static void accept_one(struct lbr_db_pool *pool, int listener, uid_t agent)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0)
		take_in(pool, fd, agent);
	else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
		(void)usleep(BREATH_US);
}

void lbr_broker_accept(struct lbr_db_pool *pool, int listener, uid_t agent)
{
	struct pollfd comes = {.fd = listener, .events = POLLIN};
	sigset_t none;

	sigemptyset(&none);
	while (!ends)
		if (ppoll(&comes, 1, NULL, &none) > 0)
			accept_one(pool, listener, agent);
	(void)close(listener);
	if (!lbr_clients_end(lbr_monotonic_ms() + LBR_BROKER_END_MS))
		lbr_broker_log(LOG_WARNING, "it ends before everybody is answered");
}
