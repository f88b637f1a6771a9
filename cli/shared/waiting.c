/* How many notices wait in the counters of shared accounts: the database cannot see them, so each account is read. */
#include "waiting.h"

#include <liberations/monotonic.h>

#define LONGEST_MS 3000 /* with a million accounts, the rest of the status is wanted too */

struct counting {
	struct waiting *to;
	int64_t         until_ms;
};

static int count(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                 const struct lbr_reason *reason)
{
	struct counting *counting = context;
	unsigned at;

	(void)name, (void)account, (void)reason;
	for (at = 0; counters != NULL && at < LBR_RAISED_KINDS; at++)
		counting->to->notices += counters->raised[at].at_s != 0;
	counting->to->whole = lbr_monotonic_ms() < counting->until_ms;
	return !counting->to->whole;
}

void cli_waiting_count(struct lbr_store *store, struct waiting *ret)
{
	struct counting counting = { .to = ret, .until_ms = lbr_monotonic_ms() + LONGEST_MS };

	*ret = (struct waiting){ .whole = true };
	ret->known = lbr_store_list(store, count, &counting, NULL) == LBR_OK;
}
