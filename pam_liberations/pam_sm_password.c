/* pam_sm_chauthtok(3): called twice, first to see whether a change is possible, then to make it. */
#include "call.h"

#include <stdbool.h>
#include <stddef.h>

#include "answers.h"
#include "link.h"
#include "pam_code.h"
#include "request.h"

/* For later modules. In a forced change the old password was typed at the sign-in, and libpam has dropped it since. */
static bool hand_on_passwords(struct lbr_call *call)
{
	const struct lbr_secret *old = call->old_password.len > 0 ? &call->old_password : &call->reply.old_password;

	if (old->len > 0 && pam_set_item(call->pamh, PAM_OLDAUTHTOK, old->bytes) != PAM_SUCCESS)
		return false;
	if (!call->reply.changed)
		return true;
	return pam_set_item(call->pamh, PAM_AUTHTOK, call->new_password.bytes) == PAM_SUCCESS;
}

static enum lbr_status open_and_run(struct lbr_call *call)
{
	return lbr_link_open(call) ? lbr_request_run(call) : LBR_STATUS_UNAVAILABLE;
}

/* Some people need not be asked: another module's, and those whose password has not expired. Only an agent knows them. It answers
 * at once, and nobody holds it while typing. */
static enum lbr_status find_out(struct lbr_call *call)
{
	enum lbr_status status;

	if (call->options.unknown != LBR_UNKNOWN_IGNORE && !call->request.only_expired)
		return LBR_STATUS_ASK_FIRST;
	status = open_and_run(call);
	if (status == LBR_STATUS_ASK_FIRST)
		lbr_link_close(call->link);
	return status;
}

/* Both answers come first, then the connection. */
static enum lbr_status ask_new_agent(struct lbr_call *call)
{
	enum lbr_status status = find_out(call);

	if (status != LBR_STATUS_ASK_FIRST)
		return status;
	status = lbr_answers_collect_change(call);
	return status == LBR_STATUS_ALLOW ? open_and_run(call) : status;
}

static enum lbr_status ask_agent(struct lbr_call *call)
{
	struct lbr_link *link = call->link;
	bool own = link->state == LBR_LINK_NONE;
	enum lbr_status status;

	if (link->state == LBR_LINK_LOST)
		return LBR_STATUS_UNAVAILABLE;
	/* An agent that answers on this handle has verified the person, and asks for what is missing itself. */
	status = own ? ask_new_agent(call) : lbr_request_run(call);
	if (status == LBR_STATUS_ALLOW && !hand_on_passwords(call))
		status = LBR_STATUS_NOT_CHANGED;
	/* The link that authenticate opened stays open. A link opened here lives only from a successful first call, in which
	 * something was proven, to the second. */
	if (call->request.prelim && status == LBR_STATUS_ALLOW && call->old_password.len > 0)
		return status;
	if (own || !link->tied)
		lbr_link_close(link);
	if (!link->tied)
		link->bound = false;
	return status;
}

static enum lbr_status change_password(struct lbr_call *call)
{
	struct lbr_link *link = call->link;

	if (!lbr_call_read_user(call))
		return LBR_STATUS_NOT_CHANGED;
	if (lbr_call_user_changed(call)) {
		lbr_link_break(link);
		link->bound = link->tied;
		return LBR_STATUS_NOT_CHANGED;
	}
	lbr_call_bind_user(call);
	return ask_agent(call);
}

LBR_ENTRY_POINT int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	bool prelim = (flags & PAM_PRELIM_CHECK) != 0;
	struct lbr_call *call = lbr_call_begin(pamh, flags, true, argc, argv);
	int code = prelim ? PAM_TRY_AGAIN : PAM_AUTHTOK_ERR;

	if (call != NULL) {
		call->request.kind = LBR_REQUEST_CHANGE;
		call->request.prelim = prelim;
		call->request.only_expired = (flags & PAM_CHANGE_EXPIRED_AUTHTOK) != 0;
		code = lbr_pam_code_of_change(call, change_password(call));
	}
	lbr_call_end(call);
	return code;
}
