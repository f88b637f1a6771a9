/* How much longer the service waits for the work in progress. Its module leaves after LBR_MACHINE_WAIT_MS; a sign-in recorded
 * after that would be one the person never got. */
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "session.h"

/* Less than the module waits, leaving time for the reply to arrive. */
#define WORK_MS (LBR_MACHINE_WAIT_MS - 1000)

/* A half-closed peer still reads what it is told. */
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
	session->deadline = (struct lbr_deadline){.until_ms = 0};
}
