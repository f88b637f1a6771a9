#include "pam_code.h"

#include <stddef.h>

struct row {
	enum lbr_status status;
	int             auth, account, change;
};

/* The first row holds each entry point's refusal, for DENY and for any status without a row. */
static const struct row rows[] = {
	{LBR_STATUS_DENY, PAM_AUTH_ERR, PAM_PERM_DENIED, PAM_AUTHTOK_ERR},
	{LBR_STATUS_UNAVAILABLE, PAM_AUTHINFO_UNAVAIL, PAM_PERM_DENIED, PAM_AUTHTOK_ERR},
	{LBR_STATUS_UNKNOWN, PAM_USER_UNKNOWN, PAM_USER_UNKNOWN, PAM_USER_UNKNOWN},
	{LBR_STATUS_CONVERSATION, PAM_CONV_ERR, PAM_PERM_DENIED, PAM_AUTHTOK_ERR},
	{LBR_STATUS_EXPIRED, PAM_AUTH_ERR, PAM_NEW_AUTHTOK_REQD, PAM_AUTHTOK_ERR},
	{LBR_STATUS_DISABLED, PAM_AUTH_ERR, PAM_ACCT_EXPIRED, PAM_PERM_DENIED},
	{LBR_STATUS_REFUSED, PAM_AUTH_ERR, PAM_PERM_DENIED, PAM_PERM_DENIED},
	{LBR_STATUS_OLD_WRONG, PAM_AUTH_ERR, PAM_PERM_DENIED, PAM_AUTHTOK_RECOVERY_ERR},
	{LBR_STATUS_NOT_READY, PAM_AUTH_ERR, PAM_PERM_DENIED, PAM_TRY_AGAIN},
	{LBR_STATUS_NOT_CHANGED, PAM_AUTH_ERR, PAM_PERM_DENIED, PAM_AUTHTOK_ERR},
	{LBR_STATUS_PERHAPS, PAM_AUTH_ERR, PAM_PERM_DENIED, PAM_AUTHTOK_ERR},
	{LBR_STATUS_ALLOW, PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS},
};

static const struct row *row_of(const struct lbr_call *call, enum lbr_status status)
{
	size_t i;

	/* PAM_USER_UNKNOWN is an answer only where the administrator asked for it. */
	if (status == LBR_STATUS_UNKNOWN && call->options.unknown != LBR_UNKNOWN_IGNORE)
		return &rows[0];
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].status == status)
			return &rows[i];
	return &rows[0];
}

int lbr_pam_code_of_auth(const struct lbr_call *call, enum lbr_status status)
{
	return row_of(call, status)->auth;
}

int lbr_pam_code_of_account(const struct lbr_call *call, enum lbr_status status)
{
	return row_of(call, status)->account;
}

int lbr_pam_code_of_change(const struct lbr_call *call, enum lbr_status status)
{
	/* A preliminary check that could not run is PAM's "not yet"; an update that could not run is a failure. */
	if (status == LBR_STATUS_UNAVAILABLE && call->request.prelim)
		return PAM_TRY_AGAIN;
	return row_of(call, status)->change;
}
