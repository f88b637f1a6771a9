#include "unix_account.h"

#include <pwd.h>
#include <security/pam_ext.h>
#include <security/pam_modutil.h>
#include <shadow.h>
#include <stddef.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define DAY_S 86400

/* "x" says so. pam_unix(8) reads it in the same way. */
bool lbr_unix_account_is_shadowed(const struct passwd *user)
{
	return user != NULL && user->pw_passwd != NULL && strcmp(user->pw_passwd, "x") == 0;
}

/* The greeting of this handle has just read the entry, unless it was somebody else's. */
static bool is_shadowed(const struct lbr_call *call)
{
	if (strcmp(call->link->looked_up, call->user) == 0)
		return call->link->shadowed;
	return lbr_unix_account_is_shadowed(pam_modutil_getpwnam(call->pamh, call->user));
}

static const struct spwd *shadow_of(const struct lbr_call *call, enum lbr_status *ret_if_none)
{
	const struct spwd *shadow = NULL;

	*ret_if_none = LBR_STATUS_ALLOW;
	if (!is_shadowed(call))
		return NULL;
	shadow = pam_modutil_getspnam(call->pamh, call->user);
	if (shadow == NULL) {
		pam_syslog(call->pamh, LOG_ERR, "account %s: refused: the Unix account has no entry in /etc/shadow", call->user);
		*ret_if_none = LBR_STATUS_UNAVAILABLE;
	}
	return shadow;
}

enum lbr_status lbr_unix_account_judge(const struct lbr_call *call, time_t now_s)
{
	enum lbr_status status;
	const struct spwd *shadow;

	if (geteuid() != 0 || call->user[0] == '\0')
		return LBR_STATUS_ALLOW;
	shadow = shadow_of(call, &status);
	if (shadow == NULL)
		return status;
	if (shadow->sp_expire == -1 || now_s / DAY_S < shadow->sp_expire)
		return LBR_STATUS_ALLOW;
	pam_syslog(call->pamh, LOG_NOTICE, "account %s: refused: the Unix account has ended, see chage(1)", call->user);
	return LBR_STATUS_DISABLED;
}
