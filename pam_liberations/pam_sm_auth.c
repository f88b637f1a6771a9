/* pam_sm_authenticate(3) and pam_sm_setcred(3). */
#include "call.h"

#include <security/pam_ext.h>
#include <stdbool.h>
#include <stddef.h>
#include <syslog.h>
#include <time.h>

#include "answers.h"
#include "link.h"
#include "pam_code.h"
#include "request.h"
#include "unix_account.h"

/* Gives later modules the bare password, never password and code together. Refuses a reply that does not tell them apart. */
static bool hand_on_password(struct lbr_call *call)
{
	const struct lbr_reply *reply = &call->reply;
	struct lbr_secret *password = &call->request.password;

	if (reply->changed)
		return pam_set_item(call->pamh, PAM_AUTHTOK, call->new_password.bytes) == PAM_SUCCESS;
	if (call->options.factors == LBR_FACTORS_TOKEN)
		return true;
	if (call->request.one_answer) {
		if (reply->password_len == 0 || reply->password_len >= password->len)
			return false;
		lbr_wipe(password->bytes + reply->password_len, sizeof(password->bytes) - reply->password_len);
	}
	return pam_set_item(call->pamh, PAM_AUTHTOK, password->bytes) == PAM_SUCCESS;
}

/* Another module alone judges this person. With try_first_pass it asks nothing again: a third question would tell who has no
 * account here. What is no password of anybody's here is handed on as it was typed. */
static bool hand_on_unjudged(struct lbr_call *call)
{
	if (call->options.factors == LBR_FACTORS_TOKEN || call->request.unreadable)
		return true;
	return pam_set_item(call->pamh, PAM_AUTHTOK, call->request.password.bytes) == PAM_SUCCESS;
}

static enum lbr_status ask_agent(struct lbr_call *call)
{
	enum lbr_status status = LBR_STATUS_UNAVAILABLE;

	call->request.kind = LBR_REQUEST_AUTHENTICATE;
	call->request.answered = true;
	if (!lbr_link_open(call))
		return status;
	status = lbr_request_run(call);
	/* Account management, which else judges the Unix account, may never be called. */
	if (status == LBR_STATUS_ALLOW && call->options.expired == LBR_EXPIRED_AUTH)
		status = lbr_unix_account_judge(call, time(NULL));
	if ((status == LBR_STATUS_ALLOW && !hand_on_password(call)) || (status == LBR_STATUS_UNKNOWN && !hand_on_unjudged(call))) {
		pam_syslog(call->pamh, LOG_ERR, "cannot pass the password on; refused");
		lbr_link_break(call->link);
		status = LBR_STATUS_UNAVAILABLE;
	}
	return status;
}

static enum lbr_status authenticate(struct lbr_call *call)
{
	enum lbr_status status;

	lbr_link_renew(call->link);
	if (!lbr_call_read_user(call))
		return LBR_STATUS_CONVERSATION;
	lbr_call_bind_user(call);
	status = lbr_answers_collect(call);
	if (status == LBR_STATUS_ALLOW)
		status = ask_agent(call);
	/* The link is worth keeping only if the agent verified the person. */
	if (status != LBR_STATUS_ALLOW)
		lbr_link_close(call->link);
	return status;
}

static int authenticate_counted(struct lbr_call *call)
{
	struct lbr_link *link = call->link;
	enum lbr_status status;

	status = authenticate(call);
	if (status == LBR_STATUS_ALLOW)
		link->failures = 0;
	/* On every third failure; later attempts are still judged: a screen lock keeps one handle for days. */
	if (status == LBR_STATUS_DENY && ++link->failures % LBR_TRIES_MAX == 0)
		return PAM_MAXTRIES;
	return lbr_pam_code_of_auth(call, status);
}

LBR_ENTRY_POINT int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct lbr_call *call = lbr_call_begin(pamh, flags, false, argc, argv);
	int code = PAM_AUTHINFO_UNAVAIL;

	if (call != NULL)
		code = authenticate_counted(call);
	lbr_call_end(call);
	return code;
}

/* It grants nothing, so it has nothing to refuse: sshd calls it in another process, cron without authenticate. */
LBR_ENTRY_POINT int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct lbr_link *link = lbr_link_of(pamh, false);

	(void)flags;
	(void)argc;
	(void)argv;
	if (link != NULL)
		lbr_link_close(link);
	return PAM_SUCCESS;
}
