/* The verdict: one pure function of account, counters, evidence, policy and time.
 *
 * MUST 1. DENY is zero and the start value; ALLOW is set only in the last line and is a large number.
 * MUST 2. An account that is disabled, temporary, pending, locked, throttled or unknown is never allowed.
 * MUST 3. An accepted step is greater than the last accepted one.
 * MUST 4. Only ALLOW, and the commit that ends a first sign-in, clear the code failures; a right password clears only the
 *         password failures.
 * MUST 5. A code without a password asks for the temporary one at most, where the token is confirmed, the invitation current and
 *         the lane open. That changes no counter: the code is used up by the attempt of both parts that follows.
 * Each has a test with its number (tests/unit/decide.c).
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
	LBR_DENY_WAIT,      /* both parts right, but too soon after failures: wait wait_s seconds */
	LBR_DENY_LOCKED,    /* both parts right, but the lane is locked until `unlock` */
	LBR_DENY_USED_CODE, /* password right, code right but accepted before: wait for the next one */
	LBR_ASK_TEMPORARY,  /* a token alone, and its fresh code right: the temporary password comes next, and both are judged */
	LBR_ENROLL,         /* temporary password right, token not confirmed yet (or its code not typed yet) */
	LBR_CHOOSE,         /* temporary password and code right: the person must choose a password */
	LBR_ALLOW = 0x6c627221
};

enum lbr_event {
	LBR_EVENT_NONE = 0,
	LBR_EVENT_PASSWORD_KNOWN, /* right password with three wrong codes: an attacker may know the password */
	LBR_EVENT_LOCKED,         /* this attempt locked the lane */
	LBR_EVENT_RECOVERY_USED,  /* a recovery code was used in place of the token's code */
	LBR_EVENT_CLOCK,          /* the last accepted step is ahead of the clock: it was set back, or an old one restored */
};

/* Why an attempt was counted nowhere. */
enum lbr_uncounted {
	LBR_COUNTED = 0,        /* it was, or was no failure */
	LBR_UNCOUNTED_NO_GUESS, /* such answers can never be right: a part is missing, over-long or without the form of a code */
	LBR_UNCOUNTED_REPEATED, /* the very same answer was wrong before */
	LBR_UNCOUNTED_WAITING,
	LBR_UNCOUNTED_LOCKED,
};

struct lbr_evidence {
	bool             known;          /* the account exists and could be read */
	enum lbr_factors factors;        /* what this service asks for */
	bool             at_console;
	uint64_t         origin;         /* the place (origin.h), 0: none */
	bool             password_right;
	bool             impossible;     /* no account is entered with such answers, whatever it holds */
	bool             code_empty;     /* nothing was typed for the code */
	uint64_t         answer;         /* its mark (answer.h), 0: none */
	int64_t          step;           /* the matching step, 0: none */
	unsigned         recovery;       /* the matching recovery code's number, 0: none; only if step is 0 */
};

struct lbr_decision {
	enum lbr_verdict    verdict;
	struct lbr_counters counters; /* to commit, whatever the verdict */
	enum lbr_lane       lane;     /* in which the attempt was judged */
	unsigned            wait_s;   /* with LBR_DENY_WAIT */
	enum lbr_event       event;
	/* For the log alone: */
	enum lbr_uncounted  uncounted;
	unsigned            shut_s;     /* the lane admitted no attempt for so many seconds; UINT_MAX: locked; 0: it was open */
	bool                code_fresh; /* what was typed as the code is right and was not used before */
};

/* Returns true if the account's lane admits no attempt now; `*ret_wait_s` is the seconds to wait, UINT_MAX if locked. A wait
 * longer than the longest delay (the clock was set back) is cut to it. */
bool lbr_is_throttled(const struct lbr_counters *counters, enum lbr_lane lane, const struct lbr_settings *settings,
                      int64_t now_s, unsigned *ret_wait_s);

/* Clears the failures and the wait of a lane, as a sign-in with both parts does. */
void lbr_lane_clear(struct lbr_counters *counters, enum lbr_lane lane);

/* Returns the seconds to wait after `failures` consecutive failures: 0 up to three, 4 after four, then doubling, at most 900. */
unsigned lbr_delay_after(uint32_t failures);

/* Counts and judges an attempt in one, on the account and the counters as they are at its commit; what they were when the
 * password was hashed does not matter. A throttled attempt neither counts nor prolongs the wait, but for a right code with a wrong
 * password. What can never be right is no guess, and neither is the very same wrong answer again, which stays wrong: both are
 * refused and change nothing. The verdict may be told once decision.counters are durable, and only then. */
struct lbr_decision lbr_decide(const struct lbr_account *account, const struct lbr_counters *counters,
                               const struct lbr_evidence *evidence, const struct lbr_settings *settings, int64_t now_s);

#endif
