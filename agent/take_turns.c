/* Turns for the hashes of this dialogue: which class its peer belongs to, and how long it may wait. */
#include <stddef.h>
#include <syslog.h>

#include "log.h"
#include "session.h"

/* A flood must leave root a way in. Strangers come through root's sshd as well, so root's services leave one turn to the person
 * at the machine; and a person who runs su is no service of root's. Only what the kernel or root says counts, and nothing of the
 * account: each answer would be the same for a name that does not exist. */
static enum lbr_turn_class class_of(const struct lbr_session *session)
{
	if (!session->trusted || session->hello.real_uid != 0)
		return LBR_TURN_OTHERS;
	return lbr_is_at_console(session) ? LBR_TURN_CONSOLE : LBR_TURN_ROOT;
}

/* A change of password hashes in several threads, each in a turn of its own. */
static _Thread_local struct lbr_turn held;

static enum lbr_error enter(void *context, struct lbr_reason *reason)
{
	const struct lbr_session *session = context;
	const struct lbr_deadline *deadline = session->deadline.until_ms != 0 ? &session->deadline : NULL;

	return lbr_turn_take(session->turns, class_of(session), deadline, &held, reason);
}

static void leave(void *context)
{
	const struct lbr_session *session = context;

	lbr_turn_give_back(session->turns, &held);
}

enum lbr_error lbr_admission_begin(struct lbr_session *session, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_turns_open(session->settings->state, 0, &session->turns, reason);

	if (error == LBR_ERR_UNSAFE)
		return error;
	if (error != LBR_OK) { /* a full disk keeps nobody out */
		if (!lbr_log_holds_back(session))
			lbr_log(LOG_WARNING, "passwords are checked without a bound on how many at once: %s", reason->text);
		return LBR_OK;
	}
	session->admission = (struct lbr_admission){.enter = enter, .leave = leave, .context = session};
	return LBR_OK;
}

void lbr_admission_end(struct lbr_session *session)
{
	lbr_turns_close(session->turns);
	session->turns = NULL;
}
