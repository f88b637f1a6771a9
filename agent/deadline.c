/* How long the service still waits for what is under way. Its module leaves after LBR_MACHINE_WAIT_MS; a sign-in that was
 * recorded then would be one that nobody got. */
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "session.h"

/* Less than the module waits, by what a reply on its way needs. */
#define WORK_MS (LBR_MACHINE_WAIT_MS - 1000)

/* A peer that closed one half only still reads what it is told. */
static bool has_left(void *context)
{
	const struct lbr_session *session = context;
	struct pollfd peer = {.fd = session->fd};

	if (lbr_monotonic_ms() >= session->deadline.until_ms)
		return true;
	return poll(&peer, 1, 0) > 0 && (peer.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

void lbr_deadline_begin(struct lbr_session *session)
{
	session->arrived_ms = lbr_monotonic_ms();
	session->deadline = (struct lbr_deadline){
		.until_ms = session->arrived_ms + WORK_MS, .has_left = has_left, .context = session,
	};
	lbr_store_set_deadline(session->store, &session->deadline);
}

void lbr_deadline_end(struct lbr_session *session)
{
	lbr_store_set_deadline(session->store, NULL);
}
