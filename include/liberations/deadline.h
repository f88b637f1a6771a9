/* How long the peer waits for an answer: one deadline for everything that a request does. */
#ifndef LIBERATIONS_DEADLINE_H
#define LIBERATIONS_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct lbr_deadline {
	int64_t until_ms;               /* CLOCK_MONOTONIC: all waits together end by then */
	bool  (*has_left)(void *context); /* true once the peer no longer waits; NULL: it cannot leave */
	void   *context;
};

#endif
