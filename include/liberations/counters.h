/* The counters of one account, which change at every attempt.
 *
 * On disk they are a preallocated file of two slots, LBR_SLOT_STRIDE apart, never renamed and written in place. A slot is
 * LBR_SLOT_LEN bytes, all integers big-endian, ending with a MAC over kind, name and content; lib/store/slot.c describes its
 * layout. A charge and its commit write the same slot; the other one keeps the last commit.
 */
#ifndef LIBERATIONS_COUNTERS_H
#define LIBERATIONS_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/error.h>
#include <liberations/keyring.h>

enum lbr_lane { LBR_LANE_LOCAL = 0, LBR_LANE_REMOTE = 1, LBR_LANES = 2 };

struct lbr_lane_counters {
	uint32_t password_failures; /* consecutive, no window */
	uint32_t code_failures;
	uint32_t clears;       /* how often a sign-in cleared both: an attempt that sees a change counts itself again */
	int64_t  next_try_s;   /* earliest next allowed attempt; 0: at once */
};

struct lbr_counters {
	int64_t                  last_step; /* the last accepted step; 0: none yet */
	struct lbr_lane_counters lanes[LBR_LANES];
	uint64_t                 recovery_set; /* the set that the bitmap describes */
	uint32_t                 recovery_used; /* bit i: code i was used */
	int64_t                  last_sign_in_s; /* 0: never */
};

#endif
