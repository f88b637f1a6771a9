/* pam_sm_acct_mgmt(3). */
#include "call.h"

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "link.h"
#include "pam_code.h"
#include "request.h"
#include "unix_account.h"

/* Uses the link that authenticate left open, else opens one: cron, keys and `su` from root arrive without it. */
static enum lbr_status ask_agent(struct lbr_call *call)
{
	struct lbr_link *link = call->link;
	bool own = link->state == LBR_LINK_NONE;
	enum lbr_status status;

	if (link->state == LBR_LINK_LOST)
		return LBR_STATUS_REFUSED;
	call->request.kind = LBR_REQUEST_ACCOUNT;
	if (own && !lbr_link_open(call))
		return LBR_STATUS_UNAVAILABLE;
	status = lbr_request_run(call);
	if (own)
		lbr_link_close(link);
	return status;
}

static enum lbr_status judge_account(struct lbr_call *call)
{
	enum lbr_status status, of_unix;

	if (!lbr_call_read_user(call))
		return LBR_STATUS_REFUSED;
	if (lbr_call_user_changed(call)) {
		lbr_link_break(call->link);
		return LBR_STATUS_REFUSED;
	}
	status = ask_agent(call);
	if (status != LBR_STATUS_ALLOW && status != LBR_STATUS_EXPIRED)
		return status;
	of_unix = lbr_unix_account_judge(call, time(NULL));
	return of_unix == LBR_STATUS_ALLOW ? status : of_unix;
}

LBR_ENTRY_POINT int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct lbr_call *call = lbr_call_begin(pamh, flags, false, argc, argv);
	int code = PAM_PERM_DENIED;

	if (call != NULL)
		code = lbr_pam_code_of_account(call, judge_account(call));
	lbr_call_end(call);
	return code;
}
