/* Notices: what a person should hear about their account, kept until `liberations notify` has mailed it.
 *
 * The directory `notices` beside the accounts holds one file for each account and kind, "NAME:KIND", described in
 * liberations-account(5). An event while one of its kind waits changes nothing, and a sent one leaves its date behind:
 * so no flood of attacks fills a disk or a mailbox. A file that was edited, damaged or moved is never sent.
 *
 * Best effort: losing a notice changes no verdict. Nothing secret is in one; service and remote host are claims.
 */
#ifndef LIBERATIONS_NOTICE_H
#define LIBERATIONS_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/account.h>
#include <liberations/error.h>
#include <liberations/name.h>
#include <liberations/keyring.h>
#include <liberations/settings.h>

#define LBR_NOTICE_PAUSE_S 86400   /* between two mails of one kind to one person */
#define LBR_NOTICE_SERVICE_MAX 33  /* bytes with the NUL */
#define LBR_NOTICE_RHOST_MAX 65
#define LBR_NOTICE_STAGES 5        /* 14, 7, 3 and 1 days before a password expires, and expired */

enum lbr_notice_kind {
	LBR_NOTICE_RECOVERY_USED = 0,
	LBR_NOTICE_PASSWORD_KNOWN,
	LBR_NOTICE_LOCKED,
	LBR_NOTICE_PASSWORD_CHANGED,
	LBR_NOTICE_TOKEN_REPLACED,
	LBR_NOTICE_PASSWORD_EXPIRES, /* never raised: computed from the account; its file remembers what was told */
	LBR_NOTICE_KINDS
};

struct lbr_notice {
	char                 name[LBR_NAME_MAX + 1];
	enum lbr_notice_kind kind;
	int64_t              raised_s;       /* when it happened; 0: nothing waits */
	int64_t              sent_s;         /* the last mail of this kind; 0: none yet */
	char                 service[LBR_NOTICE_SERVICE_MAX]; /* letters, digits and ". _ : -", other bytes as '?'; or "" */
	char                 rhost[LBR_NOTICE_RHOST_MAX];
	int64_t              password_set_s; /* PASSWORD_EXPIRES: the password that is spoken of, else 0 */
	unsigned             stage;          /* PASSWORD_EXPIRES: 1 to LBR_NOTICE_STAGES, else 0 */
};

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

/* True if it may be mailed now. A sending that lies ahead of the clock counts as none. */
bool lbr_notice_is_due(const struct lbr_notice *notice, int64_t now_s);

/* True if its file says nothing any more: nothing waits and the pause is over. Never for PASSWORD_EXPIRES. */
bool lbr_notice_is_spent(const struct lbr_notice *notice, int64_t now_s);

/* After it was mailed: nothing waits, and the next mail of this kind comes after the pause. Errors as lbr_notices_raise. */
enum lbr_error lbr_notice_mark_sent(struct lbr_notices *notices, const struct lbr_notice *notice, int64_t now_s,
                                  struct lbr_reason *reason);

/* Removes the file of that account and kind, whatever it holds. An absent one is no error. */
enum lbr_error lbr_notices_drop(struct lbr_notices *notices, const char *name, enum lbr_notice_kind kind,
                                struct lbr_reason *reason);

/* The stage that an account's own password has reached: 0 none, 1 to 4 as soon as 14, 7, 3, 1 days or less are left and
 * `warn` reaches as far, LBR_NOTICE_STAGES once it must change. 0 for who is disabled or invited. */
unsigned lbr_notice_stage(const struct lbr_account *account, const struct lbr_settings *settings, int64_t now_s);

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

/* "recovery-code-used" ... Static; never NULL. */
const char *lbr_notice_kind_name(enum lbr_notice_kind kind);

#endif
