/* One attempt from the typed answers to the committed decision: the only way to reach a verdict.
 *
 * Sequence: take a turn, load, hash and match, give the turn back, then one commit (one fdatasync) in which the attempt counts
 * and is judged on what is stored at that moment. The steps are the same for every account, known or not. Nothing is told
 * before the commit, so a process killed on the way has told nothing and used up no try.
 */
#ifndef LIBERATIONS_ATTEMPT_H
#define LIBERATIONS_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/admission.h>
#include <liberations/decide.h>
#include <liberations/store.h>

/* Whose name it is in the system, as root's module says. */
struct lbr_name_owner {
	bool     told;   /* false: it did not say */
	bool     exists; /* false: the name has left the system */
	uint32_t uid;
};

struct lbr_attempt {
	const char              *name;     /* as typed; any bytes */
	const struct lbr_secret *password; /* as typed, not normalised */
	const struct lbr_secret *code;     /* as typed; may be empty */
	bool                     unreadable; /* the answers could not be read (too long ...): judge, never match */
	struct lbr_name_owner    owner;    /* of the name, in the system */
	enum lbr_factors         factors;
	bool                     at_console; /* root's sign-in at the console */
	const char              *service;    /* for a notice, as the peer claims it; may be NULL */
	const char              *rhost;
	const char              *place;      /* where from, in words (origin.h); NULL or "": none */
	const struct lbr_admission *admission; /* the turn around the hash; NULL: none */
};

struct lbr_outcome {
	enum lbr_verdict   verdict;
	unsigned           wait_s;
	enum lbr_uncounted uncounted;
	int64_t            next_try_s;     /* of that lane */
	enum lbr_event      event;
	enum lbr_lane      lane;           /* in which it was judged */
	bool               known;
	bool               unavailable;    /* the store does not answer, or its answer was lost: the same for every name */
	bool               absent;         /* certainly no such account; a damaged one is neither known nor absent */
	bool               of_another;     /* the account was made for another uid than the system's of that name: refused */
	bool               password_right; /* for the log only, as the next four */
	bool               code_right;
	bool               code_fresh;     /* right, and not used before */
	unsigned           shut_s;         /* as struct lbr_decision */
	bool               is_recovery;    /* the right code was a recovery code */
	unsigned           recovery_left;  /* recovery codes left afterwards */
	int64_t            clock_s;        /* for the log only: how far ahead the phone of a refused code is; 0: unknown */
	int64_t            last_sign_in_s; /* the one before this attempt; 0: none */
	int64_t            step;           /* the step that was accepted or burned; 0: none */
	struct lbr_account account;        /* as judged; the caller wipes it */
};

/* Returns true if the account records a uid, and it is not the one of that name in the system. */
bool lbr_account_is_of_another(const struct lbr_account *account, const struct lbr_name_owner *owner);

/* Runs one attempt. Before anything else it sets `outcome` to DENY and empty. On any error the verdict is DENY and the reason
 * says why (for the log); the work done is the same, as far as the fault allowed, and nothing was counted, except perhaps with
 * LBR_ERR_UNKNOWN. LBR_ERR_BUSY from the admission: nothing was even read. */
enum lbr_error lbr_attempt_run(struct lbr_store *store, const struct lbr_keyring *keyring, const struct lbr_settings *settings,
                               const struct lbr_attempt *attempt, struct lbr_outcome *outcome, struct lbr_reason *reason);

/* Finds out whether `name` has an account, and that belongs to this uid: LBR_OK. For any other name the work is the same, whether
 * it has an account or not: every user may read in /proc how long an agent ran. LBR_ERR_ABSENT: it does not; or its account cannot
 * be read. LBR_ERR_UNREACHABLE: the store answers about no name; the reason is for the log. */
enum lbr_error lbr_own_account_find(struct lbr_store *store, const struct lbr_keyring *keyring, const struct lbr_settings *settings,
                                    const char *name, uint64_t uid, struct lbr_reason *reason);

void lbr_outcome_wipe(struct lbr_outcome *outcome);

#endif
