/* What was told when: the directory `notices` beside the accounts, one file for each account and kind, "NAME:KIND", described in
 * liberations-account(5). It keeps when a notice of that kind last went into the spool (messages.h); what waits for that is in the
 * account's counters (notice.h), but for what earlier releases left in such a file. Only the one sender of the spool writes here,
 * never a sign-in. A file that was edited, damaged or moved is never sent.
 */
#ifndef LIBERATIONS_NOTICES_H
#define LIBERATIONS_NOTICES_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/keyring.h>
#include <liberations/notice.h>
#include <liberations/store.h>

struct lbr_notices; /* the directory; opaque */

/* Creates the directory in `state_dir` if it is missing; `state_dir` must belong to the effective user. Call it before the process
 * gives up the right to make directories. LBR_ERR_ABSENT: no `state_dir`. LBR_ERR_UNSAFE, _SYSTEM. */
enum lbr_error lbr_notices_make(const char *state_dir, struct lbr_reason *reason);

/* Opens it; borrows `keyring`, which must outlive it. `*ret` is NULL on failure. LBR_ERR_ABSENT: not created yet.
 * LBR_ERR_UNSAFE, _SYSTEM, _MEMORY. */
enum lbr_error lbr_notices_open(const char *state_dir, const struct lbr_keyring *keyring, struct lbr_notices **ret,
                                struct lbr_reason *reason);

/* Where many hosts share the accounts, their dates are in that store, and only those of local people in the directory. `store` is
 * borrowed, and must outlive `notices`; a store of files changes nothing. */
void lbr_notices_share(struct lbr_notices *notices, struct lbr_store *store);

/* Returns true if the dates of that person are shared, so that several hosts could send what is due. */
bool lbr_notices_are_shared(const struct lbr_notices *notices, const char *name);

/* NULL is allowed. */
void lbr_notices_close(struct lbr_notices *notices);

/* Reads one notice. LBR_ERR_ABSENT: no such file. LBR_ERR_DAMAGED, _UNSAFE, _SYSTEM. `notice` is zero on failure. */
enum lbr_error lbr_notice_read(const struct lbr_notices *notices, const char *name, enum lbr_notice_kind kind,
                               struct lbr_notice *notice, struct lbr_reason *reason);

/* Records that a notice is in the spool: its file no longer waits, and the next one of this kind follows after the pause. Only the
 * sender may. LBR_ERR_NEWER: a later release wrote that file, which stays. LBR_ERR_SYNTAX, _RANGE: not a valid account name.
 * LBR_ERR_UNSAFE, _SYSTEM (ENOSPC ...). */
enum lbr_error lbr_notice_mark_sent(struct lbr_notices *notices, const struct lbr_notice *notice, int64_t now_s,
                                  struct lbr_reason *reason);

/* Writes a notice that was read, as it is, under the key in force. Only the sender may. LBR_ERR_ABSENT: it was dropped meanwhile,
 * and stays so. Else as lbr_notice_mark_sent. */
enum lbr_error lbr_notice_reseal(struct lbr_notices *notices, const struct lbr_notice *notice, struct lbr_reason *reason);

/* Removes the file of that account and kind, whatever it contains. A missing file is not an error. */
enum lbr_error lbr_notices_drop(struct lbr_notices *notices, const char *name, enum lbr_notice_kind kind,
                                struct lbr_reason *reason);

/* Writes the notice that this person is due about the age of the password into `ret`; `ret->raised_s` is 0 if none is due: no
 * stage was reached, or the person was already told for this password. Mark it sent once it was mailed. LBR_ERR_DAMAGED,
 * _UNSAFE, _SYSTEM: reading its file. */
enum lbr_error lbr_notices_find_expiry(struct lbr_notices *notices, const struct lbr_account *account,
                                       const struct lbr_settings *settings, int64_t now_s, struct lbr_notice *ret,
                                       struct lbr_reason *reason);

/* Calls `each` for every file; stops at its first non-zero return value and returns OK. For a file that cannot be read `notice` is
 * NULL, and `error` and `reason` say why; `name` is then "" if the file belongs to no account. `each` may mark notices sent and
 * drop them. */
typedef int lbr_notices_each(void *context, const char *name, enum lbr_notice_kind kind, const struct lbr_notice *notice,
                             enum lbr_error error, const struct lbr_reason *reason);
enum lbr_error lbr_notices_list(struct lbr_notices *notices, lbr_notices_each *each, void *context,
                                struct lbr_reason *reason);

#endif
