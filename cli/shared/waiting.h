/* What waits to be sent to people whose accounts are shared. */
#ifndef CLI_SHARED_WAITING_H
#define CLI_SHARED_WAITING_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/store.h>

struct waiting {
	uint64_t notices;
	bool     known; /* false: they could not be counted */
	bool     whole; /* false: there was no time for all of them */
};

/* Reads accounts for a few seconds at most. */
void cli_waiting_count(struct lbr_store *store, struct waiting *ret);

#endif
