/* The store: where accounts are kept. One interface for every kind of store; lib/store/store_ops.h is what a kind provides.
 *
 * A caller loads a view, works on it as long as it likes (hashes a password, asks a person), and commits an edit:
 *     lbr_store_load     what is stored for one name, as of one moment; nothing is locked when it returns
 *     lbr_store_commit   calls the edit with what is stored now, and stores what the edit made of it
 *     lbr_view_release   in every case
 * An attempt on an unknown name goes through the same steps on a decoy.
 *
 * MUST 1. A commit stores all parts that the edit names, or none.
 * MUST 2. What was committed is durable before lbr_store_commit returns LBR_OK.
 * MUST 3. The edit saw exactly what its commit replaced.
 * MUST 4. No commit is based on an account that has changed since the view was loaded.
 * MUST 5. No function returns with a lock held, and none waits longer than its deadline.
 * Each has tests with its number (tests/unit/conformance.c), which every kind of store passes.
 */
#ifndef LIBERATIONS_STORE_H
#define LIBERATIONS_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/account.h>
#include <liberations/counters.h>
#include <liberations/deadline.h>
#include <liberations/error.h>
#include <liberations/history.h>
#include <liberations/settings.h>

#define LBR_LOCK_WAIT_MS 2000 /* longest wait for another commit where a deadline is set, and for a lock of a file */

#define LBR_COMMIT_COUNTS_MS 1000 /* as long an account is as it was committed: a `disable` of the same second counts as later */

struct lbr_store; /* opaque */

/* What is stored for one name. */
struct lbr_view {
	struct lbr_account  account;  /* of a decoy: its number as the name, and nothing that matches */
	struct lbr_counters counters;
	struct lbr_history  history;  /* empty unless it was loaded */
	bool                known;    /* false: a decoy */
	int64_t             now_s;    /* the store's clock when this was read; seconds since 1970 */
	struct {                      /* private to the store */
		struct lbr_store *store;
		uint64_t          generation;
		struct lbr_sealed token;
		unsigned          keep;
		bool              decoy;
		uint8_t           number; /* of the decoy */
	} impl;
};

/* What an edit changes. */
enum lbr_part {
	LBR_PART_NONE = 0,
	LBR_PART_COUNTERS = 1,
	LBR_PART_ACCOUNT = 2, /* raises the generation, so that earlier verifications end */
	LBR_PART_UPKEEP = 4,  /* the account without raising it: for another hash of the same password */
	LBR_PART_HISTORY = 8
};

/* Changes `view` into what is to be stored and sets `*ret_parts` (bits of enum lbr_part; LBR_PART_NONE writes nothing). It must
 * be pure, because it is called again if another commit was faster. An error ends the commit, and nothing is written. */
typedef enum lbr_error lbr_store_edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason);

/* Opens the store that the settings name: files, or shared accounts beside the local people's files. `broker_fd`: -1, to use the
 * socket that they name; or connected to a broker of one's own, and then the store's to close, also after an error. Errors as the
 * two functions below. */
enum lbr_error lbr_store_open_of(const struct lbr_settings *settings, int broker_fd, struct lbr_keyring *keyring,
                                 int64_t (*now_s)(void), struct lbr_store **ret, struct lbr_reason *reason);

/* Opens the store in directory `path` (absolute). The effective user must own the directory and everything in it, must not be
 * root, and nobody else may have access. The store borrows `keyring`, which must outlive it, and reads the time from `now_s`
 * (seconds since 1970). `*ret` is NULL on failure. LBR_ERR_ABSENT: no store in `path` (the reason names `liberations init`).
 * LBR_ERR_UNSAFE, _SYSTEM, _MEMORY. */
enum lbr_error lbr_store_open(const char *path, const struct lbr_keyring *keyring, int64_t (*now_s)(void), struct lbr_store **ret,
                              struct lbr_reason *reason);

/* How the broker is reached (liberations-store(8)). */
struct lbr_broker {
	const char *path; /* of its socket; the connection is made with the first question, and anew after each that failed */
	int         fd;   /* -1; or connected to a broker of one's own, and then the store's to close, also after an error */
};

/* Opens the set of accounts that many hosts share; else as lbr_store_open. Does not connect yet. Each answer of the database puts
 * that key of `keyring` in force which all hosts seal with. LBR_ERR_RANGE: the path is too long for a socket. LBR_ERR_MEMORY. */
enum lbr_error lbr_store_open_shared(const struct lbr_broker *broker, struct lbr_keyring *keyring, int64_t (*now_s)(void),
                                     struct lbr_store **ret, struct lbr_reason *reason);

/* Founds a set of accounts for many hosts, with its decoys, in a database that has none, through a broker of root's own, in a
 * store of lbr_store_open_shared; `window` as in the settings. LBR_ERR_EXISTS: it has one. LBR_ERR_UNREACHABLE: nothing was stored.
 * LBR_ERR_UNKNOWN: perhaps. */
enum lbr_error lbr_store_found(struct lbr_store *store, unsigned window, struct lbr_reason *reason);

/* Connects, where there is something to connect to, so that the store's clock is known before the first question. LBR_OK for
 * files. LBR_ERR_UNREACHABLE; the next question then tries again. */
enum lbr_error lbr_store_meet(struct lbr_store *store, struct lbr_reason *reason);

/* Returns the time by the store's clock, in seconds since 1970: the database's where there is one, and until its first answer this
 * host's. */
int64_t lbr_store_now_s(const struct lbr_store *store);

/* NULL is allowed. */
void lbr_store_close(struct lbr_store *store);

/* Ends every later wait at `deadline`. A commit that gets its turn after it, or after the service has left, fails with
 * LBR_ERR_BUSY: nothing is stored if its result can no longer be delivered. The store borrows `deadline`; NULL: no deadline. */
void lbr_store_set_deadline(struct lbr_store *store, const struct lbr_deadline *deadline);

/* Lays out an empty store in the existing directory `path`, which must belong to the effective user: accounts/, history/ and
 * counters/ with 256 shards each, and 256 preallocated decoys; sets `chattr +C` where the file system supports it. Repeatable:
 * keeps what already exists. */
enum lbr_error lbr_store_lay_out(const char *path, const struct lbr_keyring *keyring, struct lbr_reason *reason);

/* Loads an account. The caller releases `view` in every case. LBR_ERR_ABSENT: no such account, or not a valid account name.
 * LBR_ERR_DAMAGED, _UNSAFE: the account or its counters. LBR_ERR_UNREACHABLE: the store does not answer. LBR_ERR_SYSTEM, _BUSY. On
 * failure `view` is empty. */
enum lbr_error lbr_store_load(struct lbr_store *store, const char *name, struct lbr_view *view, struct lbr_reason *reason);

/* Loads an account for a question that follows a commit of this process: where loading asks another machine, what that commit
 * stored less than LBR_COMMIT_COUNTS_MS ago is the answer. Else as lbr_store_load. */
enum lbr_error lbr_store_load_after_commit(struct lbr_store *store, const char *name, struct lbr_view *view,
                                           struct lbr_reason *reason);

/* Loads an account and its history in one read, for a caller that needs both: as lbr_store_load, then lbr_view_load_history. An
 * error of the history leaves `view` empty too. */
enum lbr_error lbr_store_load_with_history(struct lbr_store *store, const char *name, unsigned keep, struct lbr_view *view,
                                           struct lbr_reason *reason);

/* Does the same work on the decoy that takes the place of `name` (any bytes); view->known is false. */
enum lbr_error lbr_store_load_decoy(struct lbr_store *store, const char *name, struct lbr_view *view, struct lbr_reason *reason);

/* Loads the history too, for a caller that learns from the account that it is needed: reads both, and heals the history against
 * view->account (`keep` as lbr_history_heal); later commits of this view read it anew before they edit. No history counts as an
 * empty one before healing. LBR_ERR_DAMAGED, _UNSAFE, _SYSTEM: refuse a change of password, but not a sign-in. LBR_ERR_STALE: the
 * account changed since it was loaded. On failure `view` keeps what was loaded. */
enum lbr_error lbr_view_load_history(struct lbr_view *view, unsigned keep, struct lbr_reason *reason);

/* Reads the account, its counters and, if loaded, its history again, calls `edit` on them and stores the parts that it names.
 * On LBR_OK `view` is what is stored. On any error but UNKNOWN nothing was stored, and `view` keeps what was loaded.
 * LBR_ERR_STALE: the account was changed, removed or replaced since it was loaded. LBR_ERR_BUSY: its turn did not come in time,
 * or the service has left. LBR_ERR_UNREACHABLE: certainly not stored. LBR_ERR_UNKNOWN: perhaps stored, as the reason
 * says; refuse, and never commit the same evidence again. LBR_ERR_SYSTEM (ENOSPC ...), _DAMAGED, _UNSAFE; errors of `edit`. */
enum lbr_error lbr_store_commit(struct lbr_view *view, lbr_store_edit *edit, void *context, struct lbr_reason *reason);

/* Wipes. `view` may be empty. */
void lbr_view_release(struct lbr_view *view);

#define LBR_LEASE_TICKET_MAX 33 /* bytes with the NUL */

/* A turn at what only one host does at a time. */
struct lbr_lease {
	char ticket[LBR_LEASE_TICKET_MAX]; /* "": never asked for */
	char holder[LBR_NAME_MAX + 1];    /* who has it, as the database calls that host; "": this one, or unknown */
	bool held;
};

/* Takes the turn at `what` (lowercase letters and '-') for `life_s` seconds (1 to 86400), or prolongs it; 0 gives it back. Ask
 * again before what must be done once. A store of files gives it at once: who sends holds a lock there. LBR_OK with
 * `lease->held` false: another host has it. LBR_ERR_UNREACHABLE, _UNKNOWN, _SYSTEM: it is not held either. */
enum lbr_error lbr_store_lease(struct lbr_store *store, const char *what, unsigned life_s, struct lbr_lease *lease,
                              struct lbr_reason *reason);

/* A whole person, for enrollment and for import. */
struct lbr_record {
	const struct lbr_account  *account;  /* its generation is set to 1 */
	const struct lbr_counters *counters; /* NULL: fresh ones */
	const struct lbr_history  *history;  /* NULL: none */
};

/* Creates a person, durable on LBR_OK; on failure nothing of it remains. LBR_ERR_EXISTS: that name exists, or one that
 * differs from it only by case or normalisation (the reason names it). LBR_ERR_SYNTAX: the name. LBR_ERR_UNKNOWN: it could not
 * be taken back. */
enum lbr_error lbr_store_create(struct lbr_store *store, const struct lbr_record *record, struct lbr_reason *reason);

/* Checks that no account has this name or resembles it, before a service ignores an unknown user (unknown=ignore). Look-alikes
 * count because a user database that ignores case takes ALICE for alice. LBR_OK: none exists. LBR_ERR_EXISTS: that account exists,
 * or one that looks like it. LBR_ERR_DAMAGED: counters without their account. Else as lbr_store_load. The reason names the
 * account and the repair. */
enum lbr_error lbr_store_is_free(struct lbr_store *store, const char *name, struct lbr_reason *reason);

/* Removes account, history and counters; durable on LBR_OK. LBR_ERR_ABSENT if none of them exists. Works on a damaged account
 * too. */
enum lbr_error lbr_store_remove(struct lbr_store *store, const char *name, struct lbr_reason *reason);

/* Gives the account `from` the name `to`: password, token, recovery codes, history and counters stay, and the generation is raised.
 * At any moment, also after a kill, exactly one of the two names is an account, with the counters of every code that was used under
 * either. `dry`: only checks whether it could. LBR_OK also if an earlier call was interrupted after the change; it is then
 * completed. LBR_ERR_ABSENT: no account `from`. LBR_ERR_EXISTS: `to` exists, or another name than `from` resembles it.
 * LBR_ERR_SYNTAX: `to` is not a valid account name. LBR_ERR_DAMAGED: a part of the account. LBR_ERR_UNKNOWN: perhaps renamed.
 * Else as lbr_store_commit. */
enum lbr_error lbr_store_rename(struct lbr_store *store, const char *from, const char *to, bool dry, struct lbr_reason *reason);

/* Replaces the counters with `counters`, whatever the old ones contain. LBR_ERR_ABSENT: no account. */
enum lbr_error lbr_store_rebuild_counters(struct lbr_store *store, const char *name, const struct lbr_counters *counters,
                                          struct lbr_reason *reason);

/* What a listing says of one account. For a damaged one `account` is NULL and `reason` is set; for a stray file `name` is "" as
 * well. Counters that cannot be read are NULL. All is valid until the callback returns; non-zero ends the listing. */
typedef int lbr_store_each(void *context, const char *name, const struct lbr_account *account,
                           const struct lbr_counters *counters, const struct lbr_reason *reason);

#define LBR_PAGE_MAX 256

/* Calls `each` for up to `count` (1 to LBR_PAGE_MAX) accounts that come after the name `after` in the store's own order; "" is
 * before the first. `ret_next` is the name to go on after, "" at the end, which is also where a callback that returned non-zero
 * leaves it. Nothing is locked or open while `each` runs. A shard that cannot be read is skipped, and its error returned. */
enum lbr_error lbr_store_page(struct lbr_store *store, const char *after, unsigned count, lbr_store_each *each, void *context,
                              char ret_next[LBR_NAME_MAX + 1], struct lbr_reason *reason);

/* Calls `each` for every account, page by page, in constant memory. What cannot be read is skipped; its first error is returned. */
enum lbr_error lbr_store_list(struct lbr_store *store, lbr_store_each *each, void *context, struct lbr_reason *reason);

/* What a listing of names says: one account, which may be gone by then; or `name` "" and a reason: a stray file. */
typedef int lbr_store_entry(void *context, const char *name, const struct lbr_reason *reason);

/* Does the same without reading accounts, for a caller that reads or changes each anyway. */
enum lbr_error lbr_store_list_names(struct lbr_store *store, lbr_store_entry *entry, void *context, struct lbr_reason *reason);

/* Non-zero ends the listing. */
typedef int lbr_store_name(void *context, const char *name);

/* Calls `each` for every name of the store in `path`, in no order, for a choice that a person is offered: reads no account, so it
 * needs no key, locks nothing and writes nothing. The effective user must own the store, as for lbr_store_open. What cannot be read
 * is passed over. */
void lbr_store_names(const char *path, lbr_store_name *each, void *context);

#endif
