/* Who waits for the standing of an account: a list, the oldest first. */
#include "recheck_wait.h"

#include <string.h>

#include "keeper.h"
#include "recheck.h"
#include "waiting_visit.h"

static struct lbr_recheck_waiter *add(struct lbr_keeper *keeper, uint32_t index, const struct lbr_web_session *session)
{
	struct lbr_recheck *recheck = &keeper->recheck;
	struct lbr_recheck_waiter *waiter;

	if (recheck->count == LBR_RECHECK_WAITERS)
		return NULL;
	waiter = &recheck->waiters[recheck->count];
	*waiter = (struct lbr_recheck_waiter){ .since_ms = keeper->now_ms, .index = index };
	waiter->hash = keeper->table.table.live[index].hash;
	memcpy(waiter->user, session->user, sizeof(waiter->user));
	memcpy(waiter->standing, session->standing, sizeof(waiter->standing));
	return waiter;
}

bool lbr_recheck_gate(struct lbr_keeper *keeper, uint32_t index, const struct lbr_web_session *session, uint64_t serial,
                      const struct lbr_site *site)
{
	struct lbr_recheck_waiter *waiter = add(keeper, index, session);

	if (waiter == NULL)
		return false;
	waiter->serial = serial;
	waiter->site = site;
	keeper->recheck.count++;
	return true;
}

bool lbr_recheck_visit(struct lbr_keeper *keeper, uint32_t index, const struct lbr_web_session *session,
                       const struct lbr_visit *visit)
{
	struct lbr_recheck_waiter *waiter = add(keeper, index, session);

	if (waiter == NULL)
		return false;
	waiter->visit = lbr_waiting_visit_take();
	if (waiter->visit == NULL)
		return false;
	*waiter->visit = *visit;
	keeper->recheck.count++;
	return true;
}

void lbr_recheck_take_out(struct lbr_recheck *recheck, unsigned at, struct lbr_recheck_waiter *ret)
{
	*ret = recheck->waiters[at];
	recheck->count--;
	memmove(&recheck->waiters[at], &recheck->waiters[at + 1], (recheck->count - at) * sizeof(*ret));
}

void lbr_recheck_forget_gate(struct lbr_keeper *keeper)
{
	struct lbr_recheck_waiter waiter;
	unsigned at = 0;

	while (at < keeper->recheck.count) {
		if (keeper->recheck.waiters[at].visit == NULL)
			lbr_recheck_take_out(&keeper->recheck, at, &waiter);
		else
			at++;
	}
}
