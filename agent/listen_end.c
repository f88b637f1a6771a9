/* The listener's end: it serves the connections that have come in, unless that takes too long. */
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <syslog.h>

#include <liberations/monotonic.h>

#include "listen.h"
#include "log.h"

#define END_MS 5000
#define SAME_SIGNAL_MS 500 /* timeout(1) signals the process, and its group as well */

/* connect(2) fails from here on; who is in the queue already can still be accepted. A supervisor's socket keeps its queue for the
 * next listener. */
static void begin(struct lbr_end *end, const struct lbr_sockets *sockets, int64_t now_ms)
{
	int i;

	*end = (struct lbr_end){.begun = true, .until_ms = now_ms + END_MS, .again_ms = now_ms + SAME_SIGNAL_MS};
	for (i = 0; i < LBR_SCOPES; i++) {
		end->takes[i] = sockets->fds[i] >= 0 && !sockets->activated;
		if (end->takes[i])
			(void)shutdown(sockets->fds[i], SHUT_RD);
	}
}

void lbr_end_tell(struct lbr_end *end, const struct lbr_sockets *sockets)
{
	int64_t now_ms = lbr_monotonic_ms();

	if (!end->begun)
		begin(end, sockets, now_ms);
	else if (now_ms >= end->again_ms)
		end->until_ms = now_ms;
}

bool lbr_end_is_over(const struct lbr_end *end, const struct lbr_callers *callers)
{
	bool waits = lbr_callers_wait_ms(callers) >= 0;
	int i;

	if (!end->begun)
		return false;
	for (i = 0; i < LBR_SCOPES; i++)
		waits = waits || end->takes[i];
	if (waits && lbr_monotonic_ms() < end->until_ms)
		return false;
	if (waits)
		lbr_log(LOG_WARNING, "the listener ends before all connections are served");
	return true;
}

int lbr_end_wait_ms(const struct lbr_end *end, int wait_ms)
{
	int64_t left_ms = end->until_ms - lbr_monotonic_ms();

	if (!end->begun || (wait_ms >= 0 && wait_ms <= left_ms))
		return wait_ms;
	return left_ms > 0 ? (int)left_ms : 0;
}
