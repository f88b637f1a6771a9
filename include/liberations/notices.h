/* The spool of notices: the directory `notices` beside the accounts, one file for each account and kind, "NAME:KIND",
 * described in liberations-account(5). An event while one of its kind waits changes nothing, and a sent one leaves its date
 * behind: so no flood of attacks fills a disk or a mailbox. A file that was edited, damaged or moved is never sent.
 */
#ifndef LIBERATIONS_NOTICES_H
#define LIBERATIONS_NOTICES_H

#include <stdint.h>

#include <liberations/keyring.h>
#include <liberations/notice.h>

struct lbr_notices; /* the spool; opaque */

/* Makes the directory in `state_dir`, which must be the effective user's, if it is missing. To be called before the process
 * gives up making directories. LBR_ERR_ABSENT: no `state_dir`. LBR_ERR_UNSAFE, _SYSTEM. */
enum lbr_error lbr_notices_make(const char *state_dir, struct lbr_reason *reason);

/* Opens the spool; borrows `keyring`, which must outlive it. `*ret` is NULL on failure. LBR_ERR_ABSENT: not made yet.
 * LBR_ERR_UNSAFE, _SYSTEM, _MEMORY. */
enum lbr_error lbr_notices_open(const char *state_dir, const struct lbr_keyring *keyring, struct lbr_notices **ret,
                                struct lbr_reason *reason);

/* NULL is allowed. */
void lbr_notices_close(struct lbr_notices *notices);

/* The sender's turn, until the spool is closed: two senders at once would mail everything twice. LBR_ERR_BUSY: another
 * one has it. LBR_ERR_SYSTEM. */
enum lbr_error lbr_notices_take_turn(struct lbr_notices *notices, struct lbr_reason *reason);

/* An event. Writes nothing if one of this kind waits already; a damaged file is replaced. `service` and `rhost` are bytes of
 * any kind and length. LBR_ERR_SYNTAX, _RANGE: no account can have that name. LBR_ERR_INTERNAL: the kind is not raised.
 * LBR_ERR_BUSY, _UNSAFE, _SYSTEM (ENOSPC ...): not kept. */
enum lbr_error lbr_notices_raise(struct lbr_notices *notices, const char *name, enum lbr_notice_kind kind, int64_t now_s,
                                 const char *service, const char *rhost, struct lbr_reason *reason);

/* Reads one notice. LBR_ERR_ABSENT: no such file. LBR_ERR_DAMAGED, _UNSAFE, _SYSTEM. `notice` is zero on failure. */
enum lbr_error lbr_notice_read(const struct lbr_notices *notices, const char *name, enum lbr_notice_kind kind,
                               struct lbr_notice *notice, struct lbr_reason *reason);

/* After it was mailed: nothing waits, and the next mail of this kind comes after the pause. Errors as lbr_notices_raise. */
enum lbr_error lbr_notice_mark_sent(struct lbr_notices *notices, const struct lbr_notice *notice, int64_t now_s,
                                  struct lbr_reason *reason);

/* Removes the file of that account and kind, whatever it holds. An absent one is no error. */
enum lbr_error lbr_notices_drop(struct lbr_notices *notices, const char *name, enum lbr_notice_kind kind,
                                struct lbr_reason *reason);

/* What is to be told to this person about the password's age, into `ret`; `ret->raised_s` is 0 if that is nothing: no stage
 * was reached, or it was told for this password already. Settle it once it was mailed. Errors as reading a file:
 * LBR_ERR_DAMAGED, _UNSAFE, _SYSTEM. */
enum lbr_error lbr_notices_find_expiry(struct lbr_notices *notices, const struct lbr_account *account,
                                       const struct lbr_settings *settings, int64_t now_s, struct lbr_notice *ret,
                                       struct lbr_reason *reason);

/* Calls `each` for every file; stops at its first non-zero answer and returns OK. `notice` is NULL for one that is damaged or
 * unsafe, with the reason; `name` is then "" if the file is nobody's. `each` may settle and drop. */
typedef int lbr_notices_each(void *context, const char *name, enum lbr_notice_kind kind, const struct lbr_notice *notice,
                             const struct lbr_reason *reason);
enum lbr_error lbr_notices_list(struct lbr_notices *notices, lbr_notices_each *each, void *context,
                                struct lbr_reason *reason);

#endif
