/* Who waits for the standing of an account. */
#ifndef PORTAL_RECHECK_WAIT_H
#define PORTAL_RECHECK_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "portal_settings.h"
#include "session_slot.h"
#include "standing_line.h"

#define LBR_RECHECK_WAITERS 1536 /* as many as a gate and all pages have under way */

struct lbr_visit;

struct lbr_recheck_waiter {
	char                   user[LBR_SESSION_USER_MAX + 1];
	unsigned char          standing[LBR_STANDING_LEN];
	uint32_t               index; /* of the session's slot, and the first bytes of its id's hash */
	uint64_t               hash;
	int64_t                since_ms;
	bool                   asked;  /* a question under way is about it */
	struct lbr_visit      *visit;  /* its own copy; NULL: a question of the gate */
	uint64_t               serial; /* the gate's */
	const struct lbr_site *site;
};

struct lbr_recheck {
	struct lbr_standing_line   line;
	bool                       again; /* the questions under way were asked before */
	unsigned                   count;
	struct lbr_recheck_waiter waiters[LBR_RECHECK_WAITERS]; /* the oldest first */
};

/* Hands over the one at `at`, and closes the gap. */
void lbr_recheck_take_out(struct lbr_recheck *recheck, unsigned at, struct lbr_recheck_waiter *ret);

#endif
