/* Changing a password: the rules, the ten last, the commit; and the upkeep of its hash.
 *
 *     lbr_change_judge    as often as the person tries; writes nothing
 *     lbr_change_commit   once
 *
 * What a straight change hashes: the old password once (the attempt that verified it), the candidate against each of the at
 * most ten kept ones but the one in force, which is known by then, and once anew: eleven, ten of them on all processors. No
 * hash is made under the account's lock.
 */
#ifndef LIBERATIONS_CHANGE_H
#define LIBERATIONS_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/rules.h>
#include <liberations/settings.h>
#include <liberations/store.h>

/* Judges a candidate whole: first the rules, then the history, one hash for each password in it, outside any lock and on the
 * processors that there are. `password` and `old` are normalised; `old` is what
 * was proven to be the password in force, or NULL. `*ret` is LBR_OBJECTION_NONE only with LBR_OK, and only if
 * nothing objects. `ret_hash`, unless NULL, is then the candidate's own hash, for lbr_change_commit; else "". Errors as
 * lbr_rules_judge; LBR_ERR_DAMAGED ...: the history cannot be read. With any of them the change must be refused. */
enum lbr_error lbr_change_judge(struct lbr_store *store, const char *name, const struct lbr_secret *password,
                                const struct lbr_secret *old, const struct lbr_settings *settings,
                                enum lbr_objection *ret, char ret_hash[LBR_HASH_MAX], struct lbr_reason *reason);

/* Whether a change could be judged and kept now: account and history can be read, the file of breached passwords
 * too. For the question before the first prompt. Errors as lbr_change_judge. */
enum lbr_error lbr_change_is_possible(struct lbr_store *store, const char *name, const struct lbr_settings *settings,
                                      struct lbr_reason *reason);

/* What else the commit settles. */
struct lbr_change {
	const char              *name;
	uint64_t                 generation;    /* of the account that was verified: another one is STALE */
	const struct lbr_secret *password;      /* normalised, judged */
	const char              *hash;          /* of this password, as lbr_change_judge made it; NULL: to be made */
	int64_t                  confirm_step;  /* > 0: the token becomes confirmed, this step accepted */
	bool                     is_sign_in;    /* the last step of a first sign-in: its time is recorded */
	int64_t                  now_s;
};

/* Hashes outside the lock, then commits: counters (if confirm_step), account, history. The account becomes own (and
 * confirmed). `*ret_generation` is the new generation on LBR_OK. LBR_ERR_STALE, _SYSTEM ...: nothing changed,
 * except that the step may be burned. */
enum lbr_error lbr_change_commit(struct lbr_store *store, const struct lbr_settings *settings,
                                 const struct lbr_change *change, uint64_t *ret_generation, struct lbr_reason *reason);

/* Hashes the same password anew if its hash is of an older method or a lower cost than the policy's. `password` was
 * verified against the account of that generation, and is normalised. Nothing else of the account changes, its
 * dates and its generation included: what others verified meanwhile is as true as before. `*ret_done`: false if there was
 * nothing to do. LBR_ERR_STALE: the account changed meanwhile; nothing was written. */
enum lbr_error lbr_change_rehash(struct lbr_store *store, const struct lbr_settings *settings, const char *name,
                                 uint64_t generation, const struct lbr_secret *password, bool *ret_done,
                                 struct lbr_reason *reason);

#endif
