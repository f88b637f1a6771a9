/* The counters of one account, which change at every attempt.
 *
 * On disk they are a preallocated file of two slots, LBR_SLOT_STRIDE apart, never renamed and written in place. A slot is
 * LBR_SLOT_LEN bytes, all integers big-endian, ending with a MAC over kind, name and content; lib/store/slot.c describes its
 * layout. The older slot is written, so the other one keeps the last commit.
 */
#ifndef LIBERATIONS_COUNTERS_H
#define LIBERATIONS_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/error.h>
#include <liberations/keyring.h>

/* Where an attempt comes from decides where it counts, so that a stranger can close neither the console nor a place from which
 * the person signs in. origin.h says which attempt belongs where. */
enum lbr_lane { LBR_LANE_CONSOLE = 0, LBR_LANE_KNOWN = 1, LBR_LANE_STRANGER = 2, LBR_LANES = 3 };

struct lbr_lane_counters {
	uint32_t password_failures; /* consecutive, no window */
	uint32_t code_failures;
	int64_t  next_try_s;        /* earliest next allowed attempt; 0: at once */
};

#define LBR_ORIGINS 4
#define LBR_ANSWERS 4

/* A notice that waits to be mailed. Unverified claims, but clean: graphic ASCII. */
#define LBR_RAISED_KINDS 5 /* LBR_NOTICE_RECOVERY_USED to LBR_NOTICE_TOKEN_REPLACED, see notice.h */
#define LBR_RAISED_SERVICE_MAX 24 /* bytes with the NUL */
#define LBR_RAISED_ADDRESS_MAX 46

struct lbr_raised {
	int64_t at_s; /* when it happened; 0: nothing waits, and the texts are empty */
	char    service[LBR_RAISED_SERVICE_MAX];
	char    address[LBR_RAISED_ADDRESS_MAX];
};

struct lbr_counters {
	int64_t                  last_step; /* the last accepted step; 0: none yet */
	struct lbr_lane_counters lanes[LBR_LANES];
	uint64_t                 recovery_set; /* the set that the bitmap describes */
	uint32_t                 recovery_used; /* bit i: code i was used */
	int64_t                  last_sign_in_s; /* 0: never */
	uint64_t                 origins[LBR_ORIGINS]; /* where the person signed in right, newest first, each once; 0: none */
	uint64_t                 answers[LBR_ANSWERS]; /* wrong answers (answer.h), newest first, each once; 0: none */
	struct lbr_raised        raised[LBR_RAISED_KINDS];
};

#endif
