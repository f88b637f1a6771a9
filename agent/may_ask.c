/* Who may ask about whom. */
#include <stdint.h>
#include <syslog.h>

#include <liberations/attempt.h>

#include "log.h"
#include "session.h"

/* Looks nothing up about a standing: the client that asks for that shows pages, on the verifiers' socket. */
static enum lbr_error find_own(struct lbr_session *session, struct lbr_reason *reason)
{
	const struct lbr_request *request = &session->request;
	enum lbr_error error;

	if (request->kind == LBR_REQUEST_STANDING)
		return LBR_ERR_ABSENT;
	error = lbr_own_account_find(session->store, session->keyring, session->settings, request->user, session->peer_uid, reason);
	/* Judged afterwards, so that the work is the same. */
	return error == LBR_OK && !lbr_local_names_allow(&session->local_names, request->user) ? LBR_ERR_ABSENT : error;
}

/* Of no name can it be said whose account it is, so the person hears what everybody hears meanwhile. */
static enum lbr_status be_unavailable(struct lbr_session *session, const struct lbr_reason *reason)
{
	const struct lbr_outcome outcome = {.unavailable = true};

	lbr_log_event(session, LOG_ALERT, "request", reason->text);
	if (session->request.kind != LBR_REQUEST_ACCOUNT && !session->request.silent)
		lbr_refusal_explain(session, &outcome);
	return LBR_STATUS_UNAVAILABLE;
}

enum lbr_status lbr_may_ask(struct lbr_session *session)
{
	struct lbr_reason reason = {.text = ""};
	enum lbr_status status = LBR_STATUS_REFUSED;
	enum lbr_error error;
	int64_t since_us;

	session->own_account = false;
	if (session->trusted || session->scope == LBR_SCOPE_ANY)
		return LBR_STATUS_ALLOW;
	since_us = lbr_work_us();
	error = find_own(session, &reason);
	session->own_account = error == LBR_OK;
	if (error == LBR_OK)
		return LBR_STATUS_ALLOW;
	if (error == LBR_ERR_UNREACHABLE)
		status = be_unavailable(session, &reason);
	else
		lbr_log_event(session, LOG_WARNING, "request", "refused: this uid may not ask about this account");
	lbr_level_refusal(since_us);
	lbr_delay_refusal(session->arrived_ms);
	return status;
}
