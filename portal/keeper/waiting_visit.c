/* Memory for visits that wait. */
#include "waiting_visit.h"

#include <stdbool.h>
#include <sys/mman.h>

#include <sodium.h>

#include <liberations/secret.h>

#define PLACES 64 /* as many as pages are under way by default */

/* Root may lock as much as it likes, so these places are locked before the keeper leaves root; beyond them sodium_malloc locks what
 * the limit still allows. */
static struct lbr_visit places[PLACES];
static bool taken[PLACES];

void lbr_waiting_visits_begin(void)
{
	(void)mlock(places, sizeof(places));
}

struct lbr_visit *lbr_waiting_visit_take(void)
{
	unsigned at;

	for (at = 0; at < PLACES; at++) {
		if (taken[at])
			continue;
		taken[at] = true;
		return &places[at];
	}
	return sodium_malloc(sizeof(places[0]));
}

void lbr_waiting_visit_give_back(struct lbr_visit *visit)
{
	unsigned at;

	for (at = 0; at < PLACES; at++) {
		if (visit != &places[at])
			continue;
		lbr_wipe(visit, sizeof(*visit));
		taken[at] = false;
		return;
	}
	sodium_free(visit);
}
