/* Changing a password: the rules, the last ten passwords, the commit; and keeping its hash up to date.
 *
 *     lbr_change_judge    as often as the person tries; writes nothing
 *     lbr_change_commit   once
 *
 * A change at the first try computes eleven hashes: one of the old password (in the attempt that verified it), then the candidate
 * against each of the at most ten kept ones except the current one, which is already known, and one new hash. Ten of them are
 * spread over all processors. Nothing is locked while a hash is computed.
 */
#ifndef LIBERATIONS_CHANGE_H
#define LIBERATIONS_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/admission.h>
#include <liberations/rules.h>
#include <liberations/settings.h>
#include <liberations/store.h>

/* Judges a candidate completely: first by the rules, then against the history, one hash for each password in it, outside any lock
 * and on all available processors. `password` and `old` are normalised; `old` is the verified current password, or NULL. `*ret`
 * is LBR_OBJECTION_NONE only with LBR_OK, and only if nothing objects. `ret_hash`, unless NULL, is then the candidate's own hash,
 * for lbr_change_commit; else "". Each thread that hashes takes a turn of `admission` first (NULL: none); LBR_ERR_BUSY: none
 * of them got one. Errors as lbr_rules_judge; LBR_ERR_DAMAGED ...: the history cannot be read. On any error the change must be
 * refused. */
enum lbr_error lbr_change_judge(struct lbr_store *store, const char *name, const struct lbr_secret *password,
                                const struct lbr_secret *old, const struct lbr_settings *settings,
                                const struct lbr_admission *admission, enum lbr_objection *ret,
                                char ret_hash[LBR_HASH_MAX], struct lbr_reason *reason);

/* Checks, before the first prompt, that a change can be judged and stored now: account, history and the file of breached
 * passwords can be read. Errors as lbr_change_judge. */
enum lbr_error lbr_change_is_possible(struct lbr_store *store, const char *name, const struct lbr_settings *settings,
                                      struct lbr_reason *reason);

/* What to commit. */
struct lbr_change {
	const char              *name;
	uint64_t                 generation;    /* of the account as verified; any other is STALE */
	const struct lbr_secret *password;      /* normalised, judged */
	const char              *hash;          /* of this password, from lbr_change_judge; NULL: compute it */
	int64_t                  confirm_step;  /* > 0: confirm the token and accept this step */
	bool                     is_sign_in;    /* the last step of a first sign-in: record its time, clear its lane's failures */
	enum lbr_lane            lane;          /* in which that sign-in was judged */
	uint64_t                 origin;        /* of that sign-in (origin.h), 0: none */
	const char              *service;       /* for the notice, as the peer claims it; may be NULL */
	const char              *rhost;
	const struct lbr_admission *admission; /* the turn around the hash, if one is computed; NULL: none */
};

/* Hashes, then commits counters, account and history at once, with a notice of the change. The password becomes the person's own
 * (and the token confirmed). `*ret_generation` is the new generation on LBR_OK. LBR_ERR_STALE, _SYSTEM ...: nothing changed. */
enum lbr_error lbr_change_commit(struct lbr_store *store, const struct lbr_settings *settings,
                                 const struct lbr_change *change, uint64_t *ret_generation, struct lbr_reason *reason);

/* Rehashes the same password if its hash uses an older method or a lower cost than the policy's. `password` is normalised and
 * was verified against the account of that generation. Nothing else in the account changes, neither its dates nor its
 * generation, so verifications by other processes remain valid. `*ret_done`: false if there was nothing to do.
 * LBR_ERR_STALE: the account changed in the meantime; LBR_ERR_BUSY: no turn of `admission` (NULL: none) came in time. Nothing was
 * written then. */
enum lbr_error lbr_change_rehash(struct lbr_store *store, const struct lbr_settings *settings, const char *name,
                                 uint64_t generation, const struct lbr_secret *password,
                                 const struct lbr_admission *admission, bool *ret_done, struct lbr_reason *reason);

#endif
