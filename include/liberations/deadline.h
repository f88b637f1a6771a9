/* Until when somebody waits for an answer: one deadline for all that a request does. */
#ifndef LIBERATIONS_DEADLINE_H
#define LIBERATIONS_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct lbr_deadline {
	int64_t until_ms;               /* CLOCK_MONOTONIC: every wait ends by then, all of them together */
	bool  (*has_left)(void *context); /* true once nobody waits any more; NULL: nobody can leave */
	void   *context;
};

#endif
