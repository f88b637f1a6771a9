/* The store: where accounts are kept. One interface; so far the file store is its only implementation.
 *
 * The calling sequence of an attempt:
 *     lbr_account_lock        locks the account, loads it and its counters
 *     lbr_account_unlock      so that others need not wait while a password is hashed or a person is asked
 *     lbr_account_relock      locks again and reloads both; STALE if the account changed in the meantime
 *     lbr_account_commit_*    durable when it returns LBR_OK; only then may the attempt be allowed
 *     lbr_account_release     in every case
 * An unknown name goes through the same steps with lbr_account_lock_decoy.
 */
#ifndef LIBERATIONS_STORE_H
#define LIBERATIONS_STORE_H

#include <stdbool.h>

#include <liberations/account.h>
#include <liberations/counters.h>
#include <liberations/deadline.h>
#include <liberations/error.h>
#include <liberations/history.h>

#define LBR_LOCK_WAIT_MS 2000 /* longest wait for an account's lock if no deadline is set */

struct lbr_store; /* opaque */

struct lbr_locked_account {
	struct lbr_account  account;  /* of a decoy: a fake account that nothing matches */
	struct lbr_counters counters; /* change them, then commit */
	bool                known;    /* false: a decoy */
	struct lbr_locked_private *impl; /* private to the store */
};

/* Opens the store in directory `path` (absolute). The effective user must own the directory and everything in it, must not be
 * root, and nobody else may have access. The store borrows `keyring`, which must outlive it.
 * `*ret` is NULL on failure. LBR_ERR_ABSENT: no store in `path` (the reason names `liberations init`). LBR_ERR_UNSAFE, _SYSTEM,
 * _MEMORY. */
enum lbr_error lbr_store_open(const char *path, const struct lbr_keyring *keyring, struct lbr_store **ret,
                              struct lbr_reason *reason);

void lbr_store_close(struct lbr_store *store);

/* Ends every later wait at `deadline`. A lock obtained after it, or after the service has left, fails with LBR_ERR_BUSY: nothing is
 * committed if its result can no longer be delivered. The store borrows `deadline`; NULL: no deadline. */
void lbr_store_set_deadline(struct lbr_store *store, const struct lbr_deadline *deadline);

/* Lays out an empty store in the existing directory `path`, which must belong to the effective user: accounts/, history/ and
 * counters/ with 256 shards each, and 256 preallocated decoys; sets `chattr +C` where the file system supports it. Repeatable:
 * keeps what already exists. */
enum lbr_error lbr_store_lay_out(const char *path, const struct lbr_keyring *keyring, struct lbr_reason *reason);

/* Locks and loads an account. The caller holds it until lbr_account_release; on failure it is empty and needs no release.
 * LBR_ERR_ABSENT: no such account, or not a valid account name. LBR_ERR_DAMAGED, _UNSAFE: the account or its counters.
 * LBR_ERR_BUSY: the lock was not free in time, or the service has left. LBR_ERR_SYSTEM. */
enum lbr_error lbr_account_lock(struct lbr_store *store, const char *name, struct lbr_locked_account *locked,
                                struct lbr_reason *reason);

/* Does the same work on the decoy that takes the place of `name` (any bytes); locked->known is false. */
enum lbr_error lbr_account_lock_decoy(struct lbr_store *store, const char *name, struct lbr_locked_account *locked,
                                   struct lbr_reason *reason);

/* How many attempts on one account and lane may be between charge and commit at once, so that attempts still being judged can
 * neither throttle nor lock the account. lbr_account_release, or the death of the process, returns a permit. */
#define LBR_PERMITS 3

/* Takes a permit in `lane`. Needs the lock; releases it while waiting, and reloads account and counters afterwards.
 * LBR_ERR_BUSY: none was free in time. Else errors as lbr_account_relock. The lock is not held after an error. */
enum lbr_error lbr_account_take_permit(struct lbr_locked_account *locked, enum lbr_lane lane, struct lbr_reason *reason);

/* Releases the lock and keeps the account loaded. */
void lbr_account_unlock(struct lbr_locked_account *locked);

/* Locks again and reloads account and counters. LBR_ERR_STALE: the generation changed, or the account was removed or
 * replaced; the lock is then not held. Else errors as lbr_account_lock. */
enum lbr_error lbr_account_relock(struct lbr_locked_account *locked, struct lbr_reason *reason);

/* Writes locked->counters and syncs them: one pwrite, one fdatasync. Needs the lock. If the sync fails, the state on disk is
 * unknown: deny. */
enum lbr_error lbr_account_commit_counters(struct lbr_locked_account *locked, struct lbr_reason *reason);

/* Raises the generation and replaces the account's file: temporary file, fsync, rename, fsync of the directory. Needs the lock.
 * On failure the old file is in force and locked->account.generation is unchanged. If only the last step fails, the sync of the
 * directory, the new file may already be in force and the loaded account is stale. LBR_ERR_SYSTEM (ENOSPC ...). */
enum lbr_error lbr_account_commit(struct lbr_locked_account *locked, struct lbr_reason *reason);

/* Does the same without raising the generation: for another hash of the same password, which leaves earlier verifications of that
 * password valid. */
enum lbr_error lbr_account_commit_upkeep(struct lbr_locked_account *locked, struct lbr_reason *reason);

/* Reads the history and heals it in memory against locked->account (`keep` as lbr_history_heal). A missing file counts as an
 * empty history before healing. LBR_ERR_DAMAGED, _UNSAFE, _SYSTEM: refuse a change of password, but not a sign-in. */
enum lbr_error lbr_account_load_history(struct lbr_locked_account *locked, unsigned keep, struct lbr_history *history,
                                     struct lbr_reason *reason);

/* Replaces the history's file in the same way as the account's. Needs the lock. Call it after lbr_account_commit. */
enum lbr_error lbr_account_commit_history(struct lbr_locked_account *locked, const struct lbr_history *history,
                                          struct lbr_reason *reason);

/* Unlocks, closes and wipes. `locked` may be empty. */
void lbr_account_release(struct lbr_locked_account *locked);

/* Creates an account (generation 1) with fresh counters: counters first, then the account, both durable on LBR_OK.
 * LBR_ERR_EXISTS: that name exists, or one that differs from it only by case or normalisation (the reason names it).
 * LBR_ERR_SYNTAX: the name. */
enum lbr_error lbr_store_create(struct lbr_store *store, const struct lbr_account *account, struct lbr_reason *reason);

/* Checks that no account has this name or resembles it, before a service ignores an unknown user (unknown=ignore). Look-alikes
 * count because a user database that ignores case takes ALICE for alice. LBR_OK: none exists. LBR_ERR_EXISTS: that account exists,
 * or one that looks like it. LBR_ERR_DAMAGED: counters without their account. Else as lbr_account_lock. The reason names the
 * account and the repair. */
enum lbr_error lbr_store_is_free(struct lbr_store *store, const char *name, struct lbr_reason *reason);

/* Removes account, then history, then counters; durable on LBR_OK. LBR_ERR_ABSENT if none of them exists. Works on a
 * damaged account too. */
enum lbr_error lbr_store_remove(struct lbr_store *store, const char *name, struct lbr_reason *reason);

/* Creates new counters with `counters` as their first commit, whatever the old file contains. LBR_ERR_ABSENT: no account. */
enum lbr_error lbr_store_rebuild_counters(struct lbr_store *store, const char *name, const struct lbr_counters *counters,
                                          struct lbr_reason *reason);

/* Calls `each` for every account, shard by shard, in constant memory; stops at its first non-zero return value and returns OK.
 * For a damaged account `account` is NULL and `reason` is set; for a stray file `name` is "" as well. A shard that cannot be
 * read is skipped, and its error returned at the end. `name` is valid until `each` returns. Counters that cannot be read are
 * NULL. Takes no lock. */
typedef int lbr_store_each(void *context, const char *name, const struct lbr_account *account,
                           const struct lbr_counters *counters, const struct lbr_reason *reason);
enum lbr_error lbr_store_list(struct lbr_store *store, lbr_store_each *each, void *context, struct lbr_reason *reason);

#endif
