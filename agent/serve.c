/* The dialogue's frame: who is asking, which options apply, one request at a time. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include "log.h"
#include "session.h"

/* Options from an untrusted peer are only claims: the strictest values apply. How answers are entered, shown and worded is the
 * peer's own affair. So is `enroll`, since a temporary password may be used at any service that enrolls. */
static void distrust_terms(struct lbr_session *session)
{
	struct lbr_hello *hello = &session->hello;

	session->expired_in_auth = hello->expired == LBR_EXPIRED_AUTH;
	session->overruled = hello->factors != LBR_FACTORS_BOTH;
	hello->factors = LBR_FACTORS_BOTH;
	hello->password_source = LBR_PASSWORD_FROM_HERE;
	hello->unknown = LBR_UNKNOWN_DENY;
	hello->expired = LBR_EXPIRED_ALWAYS;
	hello->publickey = false;
	hello->system_user = LBR_SYSTEM_USER_UNTOLD; /* the account that a peer may ask about has the peer's own uid */
}

static bool find_peer(struct lbr_session *session)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(session->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 || len != sizeof(peer))
		return false;
	if (peer.uid == (uid_t)-1)
		return false;
	session->peer_uid = peer.uid;
	session->peer_pid = peer.pid;
	/* The store's owner could read it without asking. */
	session->trusted = peer.uid == 0 || peer.uid == geteuid();
	return true;
}

static bool is_spoken(uint64_t version)
{
	return version >= LBR_WIRE_VERSION_OLDEST && version <= LBR_WIRE_VERSION;
}

static void log_no_greeting(const struct lbr_session *session, enum lbr_error error)
{
	/* A client of the listener that disconnects before saying anything is not an error. */
	if (error == LBR_ERR_ABSENT || lbr_log_holds_back(session))
		return;
	if (error == LBR_OK)
		lbr_log(LOG_ERR, "uid %ld pid %ld speaks protocol version %llu, this agent %d to %d: install the module and "
		        "the agent from the same release", (long)session->peer_uid, (long)session->peer_pid,
		        (unsigned long long)session->hello.version, LBR_WIRE_VERSION_OLDEST, LBR_WIRE_VERSION);
	else
		lbr_log(LOG_ERR, "unreadable hello (%s) from uid %ld pid %ld: are the module and the agent from the same "
		        "release?", lbr_error_name(error), (long)session->peer_uid, (long)session->peer_pid);
}

static bool greet(struct lbr_session *session)
{
	struct lbr_welcome welcome = {0};
	struct lbr_frame frame;
	bool greeted = false;
	enum lbr_error error;

	error = lbr_frame_receive(session->fd, &frame, LBR_MACHINE_WAIT_MS);
	if (error == LBR_OK)
		error = lbr_wire_get_hello(&frame, &session->hello);
	if (error == LBR_OK && is_spoken(session->hello.version)) {
		welcome.version = session->hello.version;
		welcome.structured = session->hello.structured;
		welcome.rules = (struct lbr_password_rules){ session->settings->max_age, session->settings->history };
		error = lbr_wire_put_welcome(&frame, &welcome);
		if (error == LBR_OK)
			error = lbr_frame_send(session->fd, &frame, LBR_MACHINE_WAIT_MS);
		greeted = error == LBR_OK;
	}
	lbr_frame_wipe(&frame);
	if (!greeted)
		log_no_greeting(session, error);
	else if (!session->trusted)
		distrust_terms(session);
	return greeted;
}

/* Services that never call account management ask to have expiry judged at the sign-in; the account request is judged as well. */
static void settle_expiry(struct lbr_session *session)
{
	if (!session->trusted)
		session->hello.expired = session->expired_in_auth && session->request.kind == LBR_REQUEST_AUTHENTICATE
		                         ? LBR_EXPIRED_AUTH : LBR_EXPIRED_ALWAYS;
}

/* A person who was verified in this dialogue is spoken to in one language until the next sign-in. */
static enum lbr_language language_of(const struct lbr_session *session)
{
	enum lbr_request_kind kind = session->request.kind;
	bool follows = kind == LBR_REQUEST_ACCOUNT || kind == LBR_REQUEST_CHANGE;

	return follows && lbr_is_verified(session, session->request.user) ? session->verified.language : session->hello.language;
}

static void answer_request(struct lbr_session *session)
{
	enum lbr_status status;

	session->reply = (struct lbr_reply){.status = LBR_STATUS_DENY, .serial = session->request.serial};
	session->language = language_of(session);
	status = lbr_may_ask(session);
	if (status != LBR_STATUS_ALLOW) {
		session->reply.status = status;
		return;
	}
	settle_expiry(session);
	/* A change asks everyone for both parts, whatever the service asks at a sign-in. */
	session->factors = session->request.kind == LBR_REQUEST_AUTHENTICATE ? session->hello.factors : LBR_FACTORS_BOTH;
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
		lbr_serve_replace(session);
		break;
	case LBR_REQUEST_STANDING:
		lbr_serve_standing(session);
		break;
	}
	lbr_add_facts(session);
	if (session->reply.status == LBR_STATUS_PERHAPS && session->hello.version < LBR_WIRE_ANSWERS_FIRST)
		session->reply.status = LBR_STATUS_NOT_CHANGED; /* the text has told the person */
}

int lbr_patience_ms(const struct lbr_session *session, int unproven_ms)
{
	int64_t left_ms = session->started_ms + LBR_UNPROVEN_MS - lbr_monotonic_ms();

	if (session->proven)
		return LBR_PERSON_WAIT_MS;
	if (left_ms < 0)
		left_ms = 0;
	return left_ms < unproven_ms ? (int)left_ms : unproven_ms;
}

static enum lbr_error next_request(struct lbr_session *session)
{
	struct lbr_frame frame;
	enum lbr_error error;

	error = lbr_frame_receive(session->fd, &frame, lbr_patience_ms(session, LBR_MACHINE_WAIT_MS));
	lbr_deadline_begin(session);
	if (error == LBR_OK)
		error = lbr_wire_get_request(&frame, &session->request);
	if (error == LBR_OK && session->request.kind == LBR_REQUEST_STANDING && session->hello.version < LBR_WIRE_PAGES)
		error = LBR_ERR_SYNTAX;
	lbr_frame_wipe(&frame);
	return error;
}

static enum lbr_error send_reply(struct lbr_session *session)
{
	struct lbr_frame frame;
	enum lbr_error error;

	error = lbr_wire_put_reply(&frame, &session->reply);
	if (error == LBR_OK)
		error = lbr_frame_send(session->fd, &frame, LBR_MACHINE_WAIT_MS);
	lbr_frame_wipe(&frame);
	lbr_secret_wipe(&session->reply.old_password);
	return error;
}

static bool is_over(const struct lbr_session *session)
{
	int64_t most_ms = LBR_DIALOGUE_MS + (int64_t)session->later * LBR_PERSON_WAIT_MS;

	return lbr_monotonic_ms() - session->started_ms >= most_ms;
}

void lbr_serve(struct lbr_session *session)
{
	enum lbr_error error = LBR_OK;

	session->started_ms = lbr_monotonic_ms();
	if (!find_peer(session)) {
		lbr_log(LOG_ERR, "cannot identify the peer; is descriptor %d a socket?", session->fd);
		return;
	}
	if (!greet(session))
		return;
	while (error == LBR_OK && !is_over(session)) {
		error = next_request(session);
		if (error != LBR_OK || lbr_standing_is_outdated(session))
			break;
		answer_request(session);
		error = send_reply(session);
		lbr_wipe(&session->request, sizeof(session->request));
	}
	lbr_wipe(&session->request, sizeof(session->request));
	/* Close first: a half-closed peer could otherwise time the work below. */
	(void)close(session->fd);
	session->fd = -1;
	lbr_deadline_end(session);
	lbr_rehash_if_due(session);
	lbr_forget(session);
	if (error == LBR_ERR_SYNTAX && !lbr_log_holds_back(session))
		lbr_log(LOG_ERR, "unreadable request from uid %ld pid %ld", (long)session->peer_uid,
		        (long)session->peer_pid);
}
