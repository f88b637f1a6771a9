/* liberations-portal-gate: tells a proxy whether a request may pass, in a cage. Descriptor 3 listens, 4 is the keeper. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
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
#define GATE_TURNS 3
#define GATE_MEMORY 40960 /* of libmicrohttpd for a connection: the head */

static struct lbr_gate gate;
static struct lbr_gate_door door;

/* Waits by select(2), which sees a client that hung up however late one looks; the bound on connections keeps their numbers
 * small. */
static void serve(struct MHD_Daemon *daemon)
{
	struct timeval pause;
	fd_set readable, writable, broken;
	int most, ready;
	unsigned turns;

	while (gate.keeper >= 0) {
		FD_ZERO(&readable);
		FD_ZERO(&writable);
		FD_ZERO(&broken);
		most = KEEPER;
		if (MHD_get_fdset(daemon, &readable, &writable, &broken, &most) != MHD_YES)
			return;
		FD_SET(KEEPER, &readable);
		if (lbr_gate_door_is_shut(&door, lbr_monotonic_ms()))
			FD_CLR(LISTENING, &readable);
		pause = (struct timeval){ .tv_usec = GATE_PAUSE_MS * 1000 };
		ready = select(most + 1, &readable, &writable, &broken, &pause);
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready < 0)
			return;
		gate.now_ms = lbr_monotonic_ms();
		(void)MHD_run_from_select(daemon, &readable, &writable, &broken);
		lbr_gate_door_look(&door, FD_ISSET(LISTENING, &readable), gate.arrivals, gate.now_ms);
		lbr_gate_take(&gate);
		for (turns = 0; turns < GATE_TURNS; turns++) /* a woken request is answered now; a state at a time */
			(void)MHD_run(daemon);
	}
}

int main(void)
{
	struct MHD_Daemon *daemon;

	gate.keeper = KEEPER;
	(void)signal(SIGPIPE, SIG_IGN);
	tzset(); /* the Date of an answer wants the file of the time zone once */
	if (fcntl(LISTENING, F_SETFD, FD_CLOEXEC) != 0 || fcntl(KEEPER, F_SETFD, FD_CLOEXEC) != 0)
		return 1;
	daemon = MHD_start_daemon(MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, lbr_serve_gate, &gate,
	                          MHD_OPTION_LISTEN_SOCKET, LISTENING, MHD_OPTION_URI_LOG_CALLBACK, lbr_gate_target, &gate,
	                          MHD_OPTION_NOTIFY_COMPLETED, lbr_gate_completed, &gate, MHD_OPTION_NOTIFY_CONNECTION,
	                          lbr_gate_arrival, &gate, MHD_OPTION_STRICT_FOR_CLIENT, 1,
	                          MHD_OPTION_CONNECTION_LIMIT, (unsigned)LBR_GATE_REQUESTS_MAX,
	                          MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S,
	                          MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)GATE_MEMORY, MHD_OPTION_END);
	if (daemon == NULL || lbr_cage(LBR_CAGE_ACCEPTS, NULL) != LBR_OK)
		return 1;
	serve(daemon);
	return 0;
}
