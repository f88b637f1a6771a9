/* The verdict: one pure function over account, counters, evidence, policy and time.
 *
 * MUST 1. DENY is zero and the start value; ALLOW is earned in the last line and is no small number.
 * MUST 2. Nothing is allowed to an account that is disabled, temporary, pending, locked, throttled or unknown.
 * MUST 3. An accepted step is greater than the last accepted one.
 * MUST 4. Nothing but ALLOW clears the code failures; a right password clears the password failures alone.
 * Each has a test that bears its number (tests/unit/decide.c).
 */
#ifndef LIBERATIONS_DECIDE_H
#define LIBERATIONS_DECIDE_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/account.h>
#include <liberations/counters.h>
#include <liberations/settings.h>

enum lbr_verdict {
	LBR_DENY = 0,
	LBR_DENY_WAIT,      /* both parts right, but too soon after failures: wait_s says how long */
	LBR_DENY_LOCKED,    /* both parts right, but the lane is locked until `unlock` */
	LBR_DENY_USED_CODE, /* password right, code right but accepted before: wait for the next one */
	LBR_ENROLL,         /* temporary password right, token still to be confirmed (or its code still to be typed) */
	LBR_CHOOSE,         /* temporary password and code right: a password of one's own is still missing */
	LBR_ALLOW = 0x6c627221
};

enum lbr_event {
	LBR_EVENT_NONE = 0,
	LBR_EVENT_PASSWORD_KNOWN, /* right password with three wrong codes: somebody may know the password */
	LBR_EVENT_LOCKED,         /* this attempt locked the lane */
	LBR_EVENT_RECOVERY_USED,  /* a recovery code served in place of the token's */
	LBR_EVENT_CLOCK,          /* the last accepted step lies ahead of the clock: it was set back, or an old one restored */
};

struct lbr_evidence {
	bool             known;          /* the account exists and could be read */
	enum lbr_factors factors;        /* what this service asks */
	enum lbr_lane    lane;
	bool             password_right;
	bool             code_empty;     /* nothing was typed where the code belongs */
	int64_t          step;           /* the matching step, 0: none */
	unsigned         recovery;       /* the matching recovery code's number, 0: none; only if step is 0 */
	uint32_t         clears_at_charge; /* lanes[lane].clears when the attempt was charged */
};

struct lbr_decision {
	enum lbr_verdict    verdict;
	struct lbr_counters counters; /* to be committed, whatever the verdict */
	unsigned            wait_s;   /* with LBR_DENY_WAIT */
	enum lbr_event       event;
};

/* Charges an attempt before anything is judged: one failure for each part that the service asks, and the wait that they
 * earn. A throttled attempt neither counts nor prolongs the wait. */
void lbr_charge(struct lbr_counters *counters, enum lbr_factors factors, enum lbr_lane lane, bool throttled, int64_t now_s);

/* True if the account's lane lets nobody in now: seconds to wait in `ret_wait_s`; locked => UINT_MAX. Judges the counters as
 * they stood before the charge. A wait that lies further ahead than the longest delay (clock set back) is cut to it. */
bool lbr_is_throttled(const struct lbr_counters *counters, enum lbr_lane lane, const struct lbr_settings *settings,
                      int64_t now_s, unsigned *ret_wait_s);

/* Seconds to wait after the `failures`-th consecutive failure: 0 up to the third, 4 after the 4th, doubling, at most 900. */
unsigned lbr_delay_after(uint32_t failures);

/* `counters` as read anew under the lock, this attempt's charge included; `throttled` and `wait_s` as lbr_is_throttled said
 * before the charge. */
struct lbr_decision lbr_decide(const struct lbr_account *account, const struct lbr_counters *counters,
                               const struct lbr_evidence *evidence, bool throttled, unsigned wait_s,
                               const struct lbr_settings *settings, int64_t now_s);

#endif
