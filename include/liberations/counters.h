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

#define LBR_SLOT_LEN 256
#define LBR_SLOT_STRIDE 4096
#define LBR_COUNTERS_FILE_LEN (2 * LBR_SLOT_STRIDE)

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

enum lbr_slot_state {
	LBR_SLOT_CHARGED = 1,  /* written, perhaps not yet on the disk */
	LBR_SLOT_COMMITTED = 2 /* synced before anybody was told */
};

/* One slot into bytes, under the key in force. `sequence` (1 or more) orders the slots; the higher one that verifies is in
 * force. LBR_ERR_RANGE: a negative time or step, or a bit beyond the recovery codes; `ret` is then zero. */
enum lbr_error lbr_slot_encode(const struct lbr_counters *counters, uint64_t sequence, enum lbr_slot_state state,
                               const char *kind, const char *name, const struct lbr_keyring *keyring,
                               unsigned char ret[LBR_SLOT_LEN]);

/* Bytes into a slot. LBR_ERR_DAMAGED: MAC, version or a value out of range; the outputs are then zero. */
enum lbr_error lbr_slot_decode(const unsigned char bytes[LBR_SLOT_LEN], const char *kind, const char *name,
                               const struct lbr_keyring *keyring, struct lbr_counters *counters, uint64_t *ret_sequence,
                               enum lbr_slot_state *ret_state);

#endif
