/* The person chooses a password: the rules are shown first, three tries at most, one commit. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <syslog.h>

#include <liberations/change.h>
#include <liberations/password.h>

#include "ask_person.h"
#include "log.h"
#include "session.h"

static void tell_objection(struct lbr_session *session, enum lbr_objection objection)
{
	lbr_person_tell(session, true, lbr_rules_text(objection), session->settings->min_length);
}

/* The current password as proven, normalised; false if none was. At a sign-in it is the one typed, unless another module judged
 * it; later it is the one remembered from then. */
static bool find_old(const struct lbr_session *session, struct lbr_secret *ret)
{
	const struct lbr_secret *old = &session->verified.password;

	if (session->request.kind == LBR_REQUEST_AUTHENTICATE) {
		if (!session->verified.yes)
			old = &session->request.password;
	}
	return old->len > 0 && lbr_password_normalise(old, ret) == LBR_OK;
}

/* The texts promise ten; if the administrator keeps another number, the text gives none. */
static void tell_rules(struct lbr_session *session)
{
	const struct lbr_settings *settings = session->settings;

	lbr_person_tell(session, false, settings->history == LBR_HISTORY_MAX ? LBR_TEXT_RULES : LBR_TEXT_RULES_OF_OTHERS,
	         settings->min_length);
}

/* One try: the password as typed, normalised, and its hash once it passed. */
struct candidate {
	struct lbr_secret password;
	char              hash[LBR_HASH_MAX];
};

/* LBR_ERR_SYNTAX: rejected, and the person was told why. LBR_ERR_SYSTEM: it cannot be judged, so it is refused. */
static enum lbr_error judge_candidate(struct lbr_session *session, struct candidate *candidate)
{
	enum lbr_objection objection;
	struct lbr_secret old = {0};
	struct lbr_reason reason = { .text = "" };
	bool known = find_old(session, &old);
	enum lbr_error error;

	error = lbr_change_judge(session->store, session->request.user, &candidate->password, known ? &old : NULL,
	                         session->settings, &session->admission, &objection, candidate->hash, &reason);
	lbr_secret_wipe(&old);
	if (error != LBR_OK) {
		lbr_log_event(session, LOG_ALERT, "change", reason.text);
		return LBR_ERR_SYSTEM;
	}
	if (objection == LBR_OBJECTION_NONE)
		return LBR_OK;
	tell_objection(session, objection);
	return LBR_ERR_SYNTAX;
}

/* The same password again, in whichever form the keyboard sends it: an accent may come composed or decomposed. */
static enum lbr_error ask_again(struct lbr_session *session, unsigned tries_left, const struct lbr_secret *password)
{
	struct lbr_secret typed = {0}, normal = {0};
	enum lbr_error error;

	error = lbr_person_ask(session, LBR_ASK_NEW_PASSWORD_AGAIN, LBR_TEXT_PROMPT_NEW_PASSWORD_AGAIN, tries_left, &typed);
	if (error == LBR_OK &&
	    (lbr_password_normalise(&typed, &normal) != LBR_OK || !lbr_secret_equal(&normal, password))) {
		lbr_person_tell(session, true, LBR_TEXT_MISMATCH, 0);
		error = LBR_ERR_SYNTAX;
	}
	lbr_secret_wipe(&typed);
	lbr_secret_wipe(&normal);
	return error;
}

/* One try. LBR_ERR_SYNTAX: told why, may try again; LBR_ERR_ABSENT: no answer came; LBR_ERR_SYSTEM: the store failed. */
static enum lbr_error ask_candidate(struct lbr_session *session, unsigned tries_left, struct candidate *candidate)
{
	struct lbr_secret typed = {0};
	enum lbr_error error;

	error = lbr_person_ask(session, LBR_ASK_NEW_PASSWORD, LBR_TEXT_PROMPT_NEW_PASSWORD, tries_left, &typed);
	if (error != LBR_OK)
		goto out;
	error = lbr_password_normalise(&typed, &candidate->password);
	if (error == LBR_ERR_RANGE) {
		tell_objection(session, LBR_OBJECTION_LONG);
		error = LBR_ERR_SYNTAX;
	}
	if (error == LBR_OK)
		error = judge_candidate(session, candidate);
	if (error == LBR_OK)
		error = ask_again(session, tries_left, &candidate->password);
out:
	lbr_secret_wipe(&typed);
	return error;
}

static enum lbr_error commit(struct lbr_session *session, struct lbr_choice *choice, const struct candidate *candidate)
{
	struct lbr_change change = {
		.name = session->request.user,
		.generation = choice->generation,
		.password = &candidate->password,
		.hash = candidate->hash,
		.confirm_step = choice->confirm_step,
		.is_sign_in = choice->is_sign_in,
		.lane = choice->lane,
		.origin = choice->origin,
		.service = session->hello.service,
		.rhost = session->hello.rhost,
		.admission = &session->admission,
	};
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;
	uint64_t generation;

	error = lbr_change_commit(session->store, session->settings, &change, &generation, &reason);
	if (error != LBR_OK) {
		lbr_log_event(session, LOG_ERR, "change", reason.text);
		return error == LBR_ERR_UNKNOWN ? error : LBR_ERR_SYSTEM;
	}
	choice->generation = generation;
	lbr_log_event(session, LOG_NOTICE, "change", "password changed");
	return LBR_OK;
}

static enum lbr_status tell_failure(struct lbr_session *session, enum lbr_error error)
{
	enum lbr_text text = LBR_TEXT_TRY_LATER;

	if (error == LBR_ERR_SYNTAX)
		text = LBR_TEXT_NOT_CHANGED;
	else if (error == LBR_ERR_UNKNOWN)
		text = LBR_TEXT_CHANGE_UNKNOWN;
	lbr_person_tell(session, true, text, 0);
	return error == LBR_ERR_UNKNOWN ? LBR_STATUS_PERHAPS : LBR_STATUS_NOT_CHANGED;
}

/* sshd shows what stands last before a session twice, at the sign-in and in the session, which says itself that all went well. */
static bool is_told_by_session(const struct lbr_session *session)
{
	bool signs_in = session->request.kind == LBR_REQUEST_AUTHENTICATE || session->request.only_expired;

	return signs_in && strcmp(session->hello.service, "sshd") == 0;
}

enum lbr_status lbr_choose_password(struct lbr_session *session, struct lbr_choice *choice)
{
	struct candidate candidate = {.hash = ""};
	enum lbr_error error = LBR_ERR_SYNTAX;
	unsigned tries;

	tell_rules(session);
	for (tries = 0; tries < LBR_TRIES && error == LBR_ERR_SYNTAX; tries++)
		error = ask_candidate(session, LBR_TRIES - tries, &candidate);
	if (error == LBR_OK)
		error = commit(session, choice, &candidate);
	lbr_wipe(&candidate, sizeof(candidate));
	if (error == LBR_ERR_ABSENT)
		return LBR_STATUS_CONVERSATION;
	if (error == LBR_ERR_SYNTAX)
		lbr_log_event(session, LOG_NOTICE, "change", "refused: no acceptable password was entered twice");
	if (error != LBR_OK)
		return tell_failure(session, error);
	/* This password is no longer current. The modules after this one, keyrings above all, may need it to follow the change. */
	if (session->request.kind == LBR_REQUEST_CHANGE)
		session->reply.old_password = session->verified.password;
	lbr_secret_wipe(&session->verified.password);
	session->reply.changed = true;
	if (!is_told_by_session(session))
		lbr_person_tell(session, false, LBR_TEXT_CHANGED, 0);
	return LBR_STATUS_ALLOW;
}
