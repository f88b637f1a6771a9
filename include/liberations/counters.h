/* The counters of one account: what changes at every attempt.
 *
 * On disk a preallocated file of two slots, LBR_SLOT_STRIDE apart, never renamed, written in place. A slot is
 * LBR_SLOT_LEN bytes, all integers big-endian, laid out in lib/store/slot.c beside its code, closed by a MAC over kind,
 * name and content. A charge and its commit write the same slot; the other one keeps the last commit.
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
	uint32_t clears;       /* how often a sign-in cleared both: an attempt that sees it changed counts itself anew */
	int64_t  next_try_s;   /* earliest next allowed attempt; 0: at once */
};

struct lbr_counters {
	int64_t                  last_step; /* the last accepted step; 0: none yet */
	struct lbr_lane_counters lanes[LBR_LANES];
	uint64_t                 recovery_set; /* the set that the bitmap speaks of */
	uint32_t                 recovery_used; /* bit i: code i was used */
	int64_t                  last_sign_in_s; /* 0: never */
};

#endif
