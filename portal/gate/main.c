/* liberations-portal-gate: tells a proxy whether a request may pass, in a cage. Descriptor 3 listens, 4 is the keeper. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include <liberations/monotonic.h>

#include "cage.h"
#include "gate_door.h"
#include "serve_gate.h"

#define LISTENING 3
#define KEEPER 4
#define IDLE_S 75
#define GATE_PAUSE_MS 50
#define HELD_PAUSE_MS 5
#define GATE_TURNS 2
#define GATE_MEMORY 40960 /* of libmicrohttpd for a connection: the head */

static struct lbr_gate gate;
static struct lbr_gate_door door;

/* Connections whose head is not whole yet can be read at any time: they are looked at after a pause instead. */
static void leave_held(fd_set *readable, int most)
{
	int fd;

	for (fd = 0; gate.lines.held > 0 && fd <= most; fd++)
		if (gate.lines.at[fd].held)
			FD_CLR(fd, readable);
}

/* Leaves those that libmicrohttpd may read. */
static void look(fd_set *readable, int most)
{
	int fd;

	for (fd = KEEPER + 1; fd <= most; fd++) {
		if (!FD_ISSET(fd, readable) && !gate.lines.at[fd].held)
			continue;
		if (lbr_gate_line_look(&gate.lines, fd, gate.now_ms))
			FD_SET(fd, readable);
		else
			FD_CLR(fd, readable);
	}
}

/* A request that was woken is answered now, a state at a time: nothing is read, and all may write. */
static void answer(struct MHD_Daemon *daemon)
{
	fd_set none, all;
	unsigned turns;

	FD_ZERO(&none);
	memset(&all, 0xff, sizeof(all));
	for (turns = 0; turns < GATE_TURNS; turns++)
		(void)MHD_run_from_select(daemon, &none, &all, &none);
}

static bool takes(int64_t now_ms)
{
	return (!gate.leaving.begun || gate.leaving.takes) && !lbr_gate_door_is_shut(&door, now_ms);
}

static bool has_left(struct MHD_Daemon *daemon)
{
	return gate.leaving.begun && !gate.leaving.takes &&
	       MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections == 0;
}

/* Waits by select(2), which sees a client that hung up however late one looks; the bound on connections keeps their numbers
 * small. */
static void serve(struct MHD_Daemon *daemon)
{
	struct timeval pause;
	fd_set readable, writable, broken;
	uint64_t arrivals;
	int most, ready;

	while (gate.keeper >= 0 && !has_left(daemon)) {
		FD_ZERO(&readable);
		FD_ZERO(&writable);
		FD_ZERO(&broken);
		most = KEEPER;
		if (MHD_get_fdset(daemon, &readable, &writable, &broken, &most) != MHD_YES)
			return;
		FD_SET(KEEPER, &readable);
		leave_held(&readable, most);
		lbr_gate_leave_hang_up(&gate.leaving, &gate.lines, &readable, KEEPER + 1, most, lbr_monotonic_ms());
		if (!takes(lbr_monotonic_ms()))
			FD_CLR(LISTENING, &readable);
		pause = (struct timeval){ .tv_usec = (gate.lines.held > 0 ? HELD_PAUSE_MS : GATE_PAUSE_MS) * 1000 };
		ready = select(most + 1, &readable, &writable, &broken, &pause);
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready < 0)
			return;
		gate.now_ms = lbr_monotonic_ms();
		arrivals = gate.arrivals;
		look(&readable, most);
		(void)MHD_run_from_select(daemon, &readable, &writable, &broken);
		if (!gate.leaving.begun)
			lbr_gate_door_look(&door, FD_ISSET(LISTENING, &readable), gate.arrivals, gate.now_ms);
		lbr_gate_leave_look(&gate.leaving, FD_ISSET(LISTENING, &readable), gate.arrivals != arrivals);
		if (lbr_gate_take(&gate, FD_ISSET(KEEPER, &readable)))
			answer(daemon);
	}
}

int main(void)
{
	struct MHD_Daemon *daemon;

	gate.keeper = KEEPER;
	(void)signal(SIGPIPE, SIG_IGN);
	tzset(); /* the Date of an answer wants the file of the time zone once */
	if (fcntl(LISTENING, F_SETFD, FD_CLOEXEC) != 0 || fcntl(KEEPER, F_SETFD, FD_CLOEXEC) != 0 ||
	    lbr_cage_end_with(KEEPER, NULL) != LBR_OK)
		return 1;
	daemon = MHD_start_daemon(MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, lbr_serve_gate, &gate,
	                          MHD_OPTION_LISTEN_SOCKET, LISTENING, MHD_OPTION_URI_LOG_CALLBACK, lbr_gate_target, &gate,
	                          MHD_OPTION_NOTIFY_COMPLETED, lbr_gate_completed, &gate,
	                          MHD_OPTION_NOTIFY_CONNECTION, lbr_gate_notified, &gate, MHD_OPTION_STRICT_FOR_CLIENT, 1,
	                          MHD_OPTION_CONNECTION_LIMIT, (unsigned)LBR_GATE_REQUESTS_MAX,
	                          MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S,
	                          MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)GATE_MEMORY, MHD_OPTION_END);
	if (daemon == NULL || lbr_cage(LBR_CAGE_ACCEPTS, NULL) != LBR_OK)
		return 1;
	serve(daemon);
	return 0;
}
