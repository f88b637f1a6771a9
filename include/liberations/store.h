/* The store: where accounts live. One interface; the file store is its first and, today, only implementation.
 *
 * The calling sequence of an attempt:
 *     lbr_account_lock        locks the account, loads it and its counters
 *     lbr_account_take_permit   bounds how many attempts are under way
 *     lbr_account_charge      writes locked->counters; survives a kill, need not survive a power cut
 *     lbr_account_unlock      nobody waits while a password is hashed or a person is asked
 *     lbr_account_relock      locks again, reads both anew; STALE if the account changed meanwhile
 *     lbr_account_commit_*    durable when it returns LBR_OK; only then may anybody be told yes
 *     lbr_account_release       in every case
 * An unknown name takes the same road through lbr_account_lock_decoy.
 */
#ifndef LIBERATIONS_STORE_H
#define LIBERATIONS_STORE_H

#include <stdbool.h>

#include <liberations/account.h>
#include <liberations/counters.h>
#include <liberations/deadline.h>
#include <liberations/error.h>
#include <liberations/history.h>

#define LBR_LOCK_WAIT_MS 2000 /* bound of each wait for an account's lock where no deadline is set */

struct lbr_store; /* opaque */

struct lbr_locked_account {
	struct lbr_account  account;  /* of a decoy: a made-up account that nothing matches */
	struct lbr_counters counters; /* change it, then charge or commit */
	bool                known;    /* false: a decoy */
	struct lbr_locked_private *impl; /* the store's own */
};

/* Opens the store in directory `path` (absolute). The directory and what is in it must belong to the effective user, who
 * must not be root, and be closed to everybody else. The store borrows `keyring`, which must outlive it.
 * `*ret` is NULL on failure. LBR_ERR_ABSENT: no store there (the reason names `liberations init`). LBR_ERR_UNSAFE, _SYSTEM,
 * _MEMORY. */
enum lbr_error lbr_store_open(const char *path, const struct lbr_keyring *keyring, struct lbr_store **ret,
                              struct lbr_reason *reason);

void lbr_store_close(struct lbr_store *store);

/* From now on every wait ends at the deadline, and whoever gets a lock after it, or once its service has left, gets LBR_ERR_BUSY
 * instead: so nothing is committed that nobody will hear of. The store borrows `deadline`; NULL: there is none. */
void lbr_store_set_deadline(struct lbr_store *store, const struct lbr_deadline *deadline);

/* Lays out an empty store in the existing directory `path`, which must belong to the effective user: accounts/, history/,
 * counters/ with 256 shards each, 256 preallocated decoys; `chattr +C` where the file system knows it. Repeatable: what is
 * there stays. */
enum lbr_error lbr_store_lay_out(const char *path, const struct lbr_keyring *keyring, struct lbr_reason *reason);

/* Locks and loads. The account is the caller's until lbr_account_release; on failure it is empty and needs no close.
 * LBR_ERR_ABSENT: no such account, or a name that none can have. LBR_ERR_DAMAGED, _UNSAFE: the account or its counters;
 * LBR_ERR_BUSY: the lock was not free in time, or the service has left; LBR_ERR_SYSTEM. */
enum lbr_error lbr_account_lock(struct lbr_store *store, const char *name, struct lbr_locked_account *locked,
                                struct lbr_reason *reason);

/* The same work on the decoy that stands in for `name` (any bytes at all); locked->known is false. */
enum lbr_error lbr_account_lock_decoy(struct lbr_store *store, const char *name, struct lbr_locked_account *locked,
                                   struct lbr_reason *reason);

/* At most this many attempts on one account and lane are between charge and commit at once, so attempts that nobody has
 * judged yet can neither throttle nor lock anybody. A permit goes back with lbr_account_release, or when the process dies. */
#define LBR_PERMITS 3

/* Takes a permit in `lane`. Needs the lock; lets go of it while waiting and reads account and counters anew afterwards.
 * LBR_ERR_BUSY: none was free in time; else errors as lbr_account_relock; the lock is then not held. */
enum lbr_error lbr_account_take_permit(struct lbr_locked_account *locked, enum lbr_lane lane, struct lbr_reason *reason);

/* Writes locked->counters into the older slot, not synced. Needs the lock. */
enum lbr_error lbr_account_charge(struct lbr_locked_account *locked, struct lbr_reason *reason);

/* Lets go of the lock, keeps the account loaded. */
void lbr_account_unlock(struct lbr_locked_account *locked);

/* Locks again and reads account and counters anew. LBR_ERR_STALE: the generation changed or the account is gone or was
 * replaced; the lock is then not held. Else errors as lbr_account_lock. */
enum lbr_error lbr_account_relock(struct lbr_locked_account *locked, struct lbr_reason *reason);

/* Writes locked->counters and syncs them: one pwrite, one fdatasync. Needs the lock. After an error from the sync nothing may
 * be believed: deny. */
enum lbr_error lbr_account_commit_counters(struct lbr_locked_account *locked, struct lbr_reason *reason);

/* Raises the generation and replaces the account's file: temp file, fsync, rename, fsync of the directory. Needs the lock.
 * On failure the old file is in force and locked->account.generation is unchanged; only if the last step fails, the sync of the
 * directory, the new file may be in force already, and what was loaded is stale. LBR_ERR_SYSTEM (ENOSPC ...). */
enum lbr_error lbr_account_commit(struct lbr_locked_account *locked, struct lbr_reason *reason);

/* The same without raising the generation: for another hash of the same password, which changes nothing for anybody who verified
 * that password. */
enum lbr_error lbr_account_commit_upkeep(struct lbr_locked_account *locked, struct lbr_reason *reason);

/* Reads the history and heals it against locked->account in memory (`keep` as lbr_history_heal). An absent file is an empty
 * history before healing. LBR_ERR_DAMAGED, _UNSAFE, _SYSTEM: a change of password must be refused, a sign-in not. */
enum lbr_error lbr_account_load_history(struct lbr_locked_account *locked, unsigned keep, struct lbr_history *history,
                                     struct lbr_reason *reason);

/* Replaces the history's file like the account's. Needs the lock. Call it after lbr_account_commit. */
enum lbr_error lbr_account_commit_history(struct lbr_locked_account *locked, const struct lbr_history *history,
                                          struct lbr_reason *reason);

/* Unlocks, closes, wipes. An empty one is allowed. */
void lbr_account_release(struct lbr_locked_account *locked);

/* Creates an account (generation 1) with fresh counters: counters first, then the account, both durable on LBR_OK.
 * LBR_ERR_EXISTS: that name, or one that differs from it only by case or normalisation (the reason names it).
 * LBR_ERR_SYNTAX: the name. */
enum lbr_error lbr_store_create(struct lbr_store *store, const struct lbr_account *account, struct lbr_reason *reason);

/* Whether the name is nobody's: for whoever would pass over the people who have no account (unknown=ignore). A user database that
 * ignores case knows ALICE as alice. LBR_OK: there is nothing. LBR_ERR_EXISTS: that account, or one that looks like it.
 * LBR_ERR_DAMAGED: counters that lost their account. Else as lbr_account_lock. The reason names it and the mend. */
enum lbr_error lbr_store_is_free(struct lbr_store *store, const char *name, struct lbr_reason *reason);

/* Removes account, then history, then counters; durable on LBR_OK. LBR_ERR_ABSENT if none of them is there. Works on a
 * damaged account too. */
enum lbr_error lbr_store_remove(struct lbr_store *store, const char *name, struct lbr_reason *reason);

/* Makes new counters with `counters` as their first commit, whatever the old file holds. LBR_ERR_ABSENT: no account. */
enum lbr_error lbr_store_rebuild_counters(struct lbr_store *store, const char *name, const struct lbr_counters *counters,
                                          struct lbr_reason *reason);

/* Calls `each` for every account, shard by shard, in constant memory; stops at its first non-zero answer and returns OK.
 * A damaged account is given with account NULL and the reason; a foreign file with the name "" too. A shard that cannot be
 * read is passed over, and its error returned at the end. `name` lives until `each` returns. Counters are NULL when they
 * cannot be read. Takes no lock. */
typedef int lbr_store_each(void *context, const char *name, const struct lbr_account *account,
                           const struct lbr_counters *counters, const struct lbr_reason *reason);
enum lbr_error lbr_store_list(struct lbr_store *store, lbr_store_each *each, void *context, struct lbr_reason *reason);

#endif
