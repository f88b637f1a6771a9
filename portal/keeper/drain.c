/* The keeper's end. */
#include "drain.h"

#include <sys/socket.h>
#include <syslog.h>

#include "gate_frames.h"
#include "keeper_log.h"
#include "reap.h"

#define DRAIN_MS 5000
#define SAME_SIGNAL_MS 500 /* timeout(1) signals the process, and its group as well */

/* connect(2) fails from here on; who is in a queue already can still be accepted. */
static void shut_sockets(const struct lbr_keeper *keeper)
{
	(void)shutdown(keeper->pages_socket, SHUT_RD);
	(void)shutdown(keeper->gate_socket, SHUT_RD);
}

static void tell_gate(struct lbr_keeper *keeper)
{
	const struct lbr_gate_leave leave = { .all = keeper->own_sockets };
	struct lbr_frame frame;

	keeper->gate_leaves = lbr_gate_leave_put(&frame, &leave) == LBR_OK &&
	                      send(keeper->gate, frame.bytes, frame.len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)frame.len;
}

void lbr_drain_turn(struct lbr_keeper *keeper)
{
	bool begins = keeper->ends_by_ms == 0;

	if (begins) {
		keeper->ends_by_ms = keeper->now_ms + DRAIN_MS;
		keeper->again_ms = keeper->now_ms + SAME_SIGNAL_MS;
		lbr_spare_pages_end(&keeper->spares);
	}
	if (keeper->gate >= 0 && !keeper->gate_leaves)
		tell_gate(keeper); /* first: a socket that is shut looks like one that cannot be served */
	if (begins && keeper->own_sockets)
		shut_sockets(keeper);
}

static bool is_done(const struct lbr_keeper *keeper)
{
	return keeper->doorstep.count == 0 && keeper->doorstep.leaving_count == 0 && !lbr_reap_any_left();
}

bool lbr_drain_is_over(const struct lbr_keeper *keeper)
{
	return keeper->ends_by_ms != 0 && (keeper->now_ms >= keeper->ends_by_ms || is_done(keeper));
}

bool lbr_drain_is_told_again(struct lbr_keeper *keeper, int signals)
{
	if (keeper->ends_by_ms == 0 || keeper->now_ms < keeper->again_ms)
		keeper->signals = signals;
	return signals > keeper->signals;
}

void lbr_drain_tell(const struct lbr_keeper *keeper)
{
	if (!is_done(keeper))
		lbr_keeper_log(LOG_WARNING, "%s before all requests are answered",
		               keeper->now_ms >= keeper->ends_by_ms ? "ends" : "ends at a second signal,");
}
