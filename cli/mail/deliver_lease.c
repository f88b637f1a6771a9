/* The turn at the notices of shared accounts. */
#include "deliver.h"

#include <liberations/store.h>

#define WHAT "notify"
#define LEASE_S 900

bool cli_deliver_take_lease(struct delivering *delivering)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_store_lease(delivering->session.store, WHAT, LEASE_S, &delivering->lease, &reason);

	if (error != LBR_OK)
		cli_deliver_fault(delivering, NULL, error, &reason);
	return error == LBR_OK && delivering->lease.held;
}

void cli_deliver_give_lease(struct delivering *delivering)
{
	if (delivering->lease.held)
		(void)lbr_store_lease(delivering->session.store, WHAT, 0, &delivering->lease, NULL); /* else it ends by itself */
}
