/* A turn at what only one host does at a time: a lease, known by a ticket. */
#include <stdio.h>
#include <string.h>

#include <liberations/random.h>

#include "remote_parts.h"

static enum lbr_error draw_ticket(char ret[LBR_LEASE_TICKET_MAX], struct lbr_reason *reason)
{
	unsigned char bytes[(LBR_LEASE_TICKET_MAX - 1) / 2];
	enum lbr_error error = lbr_random(bytes, sizeof(bytes));
	size_t at;

	if (error != LBR_OK)
		return lbr_fail(reason, error, LBR_WHY(NO_RANDOMNESS));
	for (at = 0; at < sizeof(bytes); at++)
		(void)snprintf(ret + 2 * at, 3, "%02x", bytes[at]);
	return LBR_OK;
}

enum lbr_error lbr_remote_lease(struct lbr_store *base, const char *what, unsigned life_s, struct lbr_lease *lease,
                               struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	enum lbr_error error = lease->ticket[0] == '\0' ? draw_ticket(lease->ticket, reason) : LBR_OK;
	struct lbr_store_ask *ask;

	lease->held = false;
	memset(lease->holder, 0, sizeof(lease->holder));
	if (error != LBR_OK)
		return error;
	ask = lbr_remote_begin(store, LBR_STORE_TURN, what);
	ask->before = life_s;
	memcpy(ask->folded, lease->ticket, sizeof(lease->ticket));
	error = lbr_remote_ask(store, reason);
	if (error == LBR_ERR_BUSY) /* its holder has just ended */
		return LBR_OK;
	if (error != LBR_OK)
		return error;
	lease->held = life_s > 0 && store->tell.result == LBR_STORE_DONE;
	if (store->tell.result == LBR_STORE_EXISTS)
		memcpy(lease->holder, store->tell.name, sizeof(lease->holder));
	return LBR_OK;
}
