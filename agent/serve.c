/* The dialogue's frame: who is asking, what terms count, one request at a time. */
#include "log.h"
#include "session.h"

#include <sys/socket.h>
#include <syslog.h>

/* Terms of a peer that is not believed are claims: the strictest ones count. */
static void distrust_terms(struct lbr_hello *hello)
{
	hello->factors = LBR_FACTORS_BOTH;
	hello->password = LBR_PASSWORD_FROM_US;
	hello->unknown = LBR_UNKNOWN_DENY;
	hello->expired = LBR_EXPIRED_ALWAYS;
	hello->publickey = false;
}

static bool find_peer(struct lbr_session *session)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(session->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 || len != sizeof(peer))
		return false;
	session->peer_uid = peer.uid;
	session->peer_pid = peer.pid;
	/* Whoever owns the store could read it without asking. */
	session->trusted = peer.uid == 0 || peer.uid == geteuid();
	return true;
}

static bool greet(struct lbr_session *session)
{
	struct lbr_welcome welcome = {.version = LBR_WIRE_VERSION};
	struct lbr_frame frame;
	enum lbr_error error;

	error = lbr_frame_receive(session->fd, &frame, LBR_MACHINE_WAIT_MS);
	if (error == LBR_OK)
		error = lbr_wire_get_hello(&frame, &session->hello);
	if (error == LBR_OK && session->hello.version != LBR_WIRE_VERSION)
		error = LBR_ERR_SYNTAX;
	if (error == LBR_OK)
		error = lbr_wire_put_welcome(&frame, &welcome);
	if (error == LBR_OK)
		error = lbr_frame_send(session->fd, &frame, LBR_MACHINE_WAIT_MS);
	lbr_frame_wipe(&frame);
	if (error != LBR_OK) {
		lbr_log(LOG_ERR, "no hello that can be understood (%s) from uid %ld pid %ld: are module and agent of one release?",
		        lbr_error_name(error), (long)session->peer_uid, (long)session->peer_pid);
		return false;
	}
	if (!session->trusted)
		distrust_terms(&session->hello);
	return true;
}

/* Root may ask about anyone; anybody else about the account that bears their own uid. */
static bool may_ask(struct lbr_session *session)
{
	struct lbr_hold hold = {0};
	bool own = false;

	if (session->trusted)
		return true;
	if (lbr_hold_open(session->store, session->request.user, &hold, NULL) == LBR_OK)
		own = hold.account.has_uid && hold.account.uid == session->peer_uid;
	lbr_hold_close(&hold);
	if (!own)
		lbr_log_event(session, LOG_WARNING, "request", "refused: this uid may not ask about this account");
	return own;
}

static void answer_request(struct lbr_session *session)
{
	session->verdict = (struct lbr_wire_verdict){.result = LBR_RESULT_DENY, .serial = session->request.serial};
	session->language = session->hello.language;
	if (!may_ask(session)) {
		session->verdict.result = LBR_RESULT_REFUSED;
		return;
	}
	switch (session->request.kind) {
	case LBR_REQUEST_AUTHENTICATE:
		lbr_serve_authenticate(session);
		break;
	case LBR_REQUEST_ACCOUNT:
		lbr_serve_account(session);
		break;
	case LBR_REQUEST_CHANGE:
		lbr_serve_change(session);
		break;
	case LBR_REQUEST_REPLACE_TOKEN:
		session->verdict.result = LBR_RESULT_REFUSED;
		break;
	}
}

static enum lbr_error next_request(struct lbr_session *session)
{
	struct lbr_frame frame;
	enum lbr_error error;

	error = lbr_frame_receive(session->fd, &frame, LBR_PERSON_WAIT_MS);
	session->arrived_ms = lbr_monotonic_ms();
	if (error == LBR_OK)
		error = lbr_wire_get_request(&frame, &session->request);
	lbr_frame_wipe(&frame);
	return error;
}

static enum lbr_error send_verdict(struct lbr_session *session)
{
	struct lbr_frame frame;
	enum lbr_error error;

	error = lbr_wire_put_verdict(&frame, &session->verdict);
	if (error == LBR_OK)
		error = lbr_frame_send(session->fd, &frame, LBR_MACHINE_WAIT_MS);
	lbr_frame_wipe(&frame);
	return error;
}

void lbr_serve(struct lbr_session *session)
{
	enum lbr_error error = LBR_OK;

	if (!find_peer(session)) {
		lbr_log(LOG_ERR, "the peer cannot be identified; is descriptor %d a socket?", session->fd);
		return;
	}
	if (!greet(session))
		return;
	while (error == LBR_OK) {
		error = next_request(session);
		if (error != LBR_OK)
			break;
		answer_request(session);
		error = send_verdict(session);
		lbr_wipe(&session->request, sizeof(session->request));
	}
	lbr_wipe(&session->request, sizeof(session->request));
	if (error == LBR_ERR_SYNTAX)
		lbr_log(LOG_ERR, "a request that cannot be understood from uid %ld pid %ld", (long)session->peer_uid,
		        (long)session->peer_pid);
}
