/* Notices: events on an account that its owner should hear about, kept until `liberations notify` has mailed them.
 *
 * An event is raised in the counters by the commit that it belongs to: no write, lock or file tells it from an attempt that nobody
 * needs to hear of. At most one of each kind waits, so a flood of attacks fills neither disk nor mailbox. A notice contains no
 * secret; service and remote host are unverified claims.
 */
#ifndef LIBERATIONS_NOTICE_H
#define LIBERATIONS_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/account.h>
#include <liberations/counters.h>
#include <liberations/error.h>
#include <liberations/name.h>
#include <liberations/settings.h>

#define LBR_NOTICE_PAUSE_S 86400   /* between two mails of the same kind to the same person */
#define LBR_NOTICE_SERVICE_MAX 33  /* bytes with the NUL */
#define LBR_NOTICE_RHOST_MAX 65
#define LBR_NOTICE_STAGES 5        /* 14, 7, 3 and 1 days before a password expires, and expired */

enum lbr_notice_kind {
	LBR_NOTICE_RECOVERY_USED = 0,
	LBR_NOTICE_PASSWORD_KNOWN,
	LBR_NOTICE_LOCKED,
	LBR_NOTICE_PASSWORD_CHANGED,
	LBR_NOTICE_TOKEN_REPLACED,
	LBR_NOTICE_PASSWORD_EXPIRES, /* never raised but computed from the account; its file records what was sent */
	LBR_NOTICE_KINDS
};

struct lbr_notice {
	char                 name[LBR_NAME_MAX + 1];
	enum lbr_notice_kind kind;
	int64_t              raised_s;       /* when it happened; 0: nothing is waiting */
	int64_t              sent_s;         /* the last mail of this kind; 0: none yet */
	char                 service[LBR_NOTICE_SERVICE_MAX]; /* letters, digits and ". _ : -", other bytes as '?'; or "" */
	char                 rhost[LBR_NOTICE_RHOST_MAX];
	int64_t              password_set_s; /* PASSWORD_EXPIRES: when that password was set, else 0 */
	unsigned             stage;          /* PASSWORD_EXPIRES: 1 to LBR_NOTICE_STAGES, else 0 */
	char                 key_id[LBR_KEY_ID_LEN + 1]; /* of a notice that was read: the key of its MAC */
};

/* Raises an event at `now_s` (above 0) in `counters`, which the caller commits together with the event. Changes nothing if a notice
 * of this kind waits, or if `kind` cannot be raised (LBR_NOTICE_KINDS for no event); the work is the same. `service` and `rhost`
 * may be any bytes of any length, or NULL: of the service letters, digits and ". _ : -" remain, other bytes become '?'; of the
 * remote host an address without its zone remains, and a name is left out. */
void lbr_notice_raise(struct lbr_counters *counters, enum lbr_notice_kind kind, int64_t now_s, const char *service,
                      const char *rhost);

/* Takes a notice that was mailed, or that nobody can be told, out of `counters`. Returns false, and changes nothing, if it is no
 * longer the one that waits. */
bool lbr_notice_settle(struct lbr_counters *counters, enum lbr_notice_kind kind, const struct lbr_raised *mailed);

/* Returns true if the notice may be mailed now. A date of sending in the future is ignored. */
bool lbr_notice_is_due(const struct lbr_notice *notice, int64_t now_s);

/* Returns true if its file is no longer needed: nothing is waiting and the pause is over. Never for PASSWORD_EXPIRES. */
bool lbr_notice_is_spent(const struct lbr_notice *notice, int64_t now_s);

/* Returns the stage that the person's own password has reached: 0 for none, 1 to 4 once 14, 7, 3 or 1 days or less are left and
 * `warn` covers them, LBR_NOTICE_STAGES once it must change. 0 for a disabled or invited account. */
unsigned lbr_notice_stage(const struct lbr_account *account, const struct lbr_settings *settings, int64_t now_s);

/* Returns the name of the kind: "recovery-code-used" ... Static; never NULL. */
const char *lbr_notice_kind_name(enum lbr_notice_kind kind);

#endif
