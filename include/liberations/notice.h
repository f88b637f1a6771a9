/* Notices: what a person should hear about their account, kept until `liberations notify` has mailed it.
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

/* True if it may be mailed now. A sending that lies ahead of the clock counts as none. */
bool lbr_notice_is_due(const struct lbr_notice *notice, int64_t now_s);

/* True if its file says nothing any more: nothing waits and the pause is over. Never for PASSWORD_EXPIRES. */
bool lbr_notice_is_spent(const struct lbr_notice *notice, int64_t now_s);

/* The stage that an account's own password has reached: 0 none, 1 to 4 as soon as 14, 7, 3, 1 days or less are left and
 * `warn` reaches as far, LBR_NOTICE_STAGES once it must change. 0 for who is disabled or invited. */
unsigned lbr_notice_stage(const struct lbr_account *account, const struct lbr_settings *settings, int64_t now_s);

/* "recovery-code-used" ... Static; never NULL. */
const char *lbr_notice_kind_name(enum lbr_notice_kind kind);

#endif
