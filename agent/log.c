/* Log lines for root. Text from outside is sanitised; secrets have no field here. */
#include "log.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include <liberations/texts.h>

#define STRANGER_LINES_MAX 3 /* about a peer of no trust that has proven nothing */
#define LOCKED(where) "locked after too many failures " where "; unlock it with `liberations unlock`"
/* Every user may see how long a log file is, and an answer that is not counted may be followed by any number of others. */
#define REFUSAL_BLOCK 512
#define NAME_SIGNS  "._-+@$/\\"
#define CLAIM_SIGNS "._-+@:/%"

void lbr_log_open(void)
{
	openlog("liberations-agent", LOG_PID | LOG_NDELAY, LOG_AUTHPRIV);
}

void lbr_log(int priority, const char *format, ...)
{
	char line[2 * LBR_REASON_MAX];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	lbr_text_sanitise(line, false);
	syslog(priority, "%s", line);
}

/* Text that a peer typed or claims, without any byte that has a meaning in this line: otherwise a name could close its own line
 * and add a forged sign-in. `besides`: bytes allowed in addition to letters and digits. */
static const char *plain(const char *text, const char *besides, char *ret, size_t size)
{
	size_t at;

	for (at = 0; at < size - 1 && text[at] != '\0'; at++) {
		unsigned char byte = (unsigned char)text[at];

		ret[at] = byte >= 0x80 || isalnum(byte) || strchr(besides, byte) != NULL ? text[at] : '?';
	}
	ret[at] = '\0';
	return ret;
}

static unsigned lines_seen, lines_held;

bool lbr_log_holds_back(const struct lbr_session *session)
{
	if (session->trusted || session->scope == LBR_SCOPE_ANY || session->proven)
		return false;
	if (session->scope != LBR_SCOPE_OWN_QUIET && lines_seen++ < STRANGER_LINES_MAX)
		return false;
	lines_held++;
	return true;
}

bool lbr_log_held_back(void)
{
	return lines_held > 0;
}

/* Programs ban the address that a line of refusals names. Any person's own program may claim any address. */
static const char *standing_of_rhost(const struct lbr_session *session)
{
	bool believed = session->trusted || session->scope == LBR_SCOPE_ANY;

	return believed || session->hello.rhost[0] == '\0' ? "" : "claimed:";
}

/* `block`: the line gets blanks at its end, up to a multiple of so many bytes. */
static void write_event(const struct lbr_session *session, int priority, const char *event, const char *detail, size_t block)
{
	const struct lbr_hello *hello = &session->hello;
	char user[65] = "(no possible name)", service[65], rhost[129], tty[65], line[2 * LBR_REASON_MAX];
	size_t len;

	if (session->request.user[0] != '\0')
		(void)plain(session->request.user, NAME_SIGNS, user, sizeof(user));
	(void)snprintf(line, sizeof(line), "%s for %s: %s (service=%s rhost=%s%s tty=%s uid=%ld pid=%ld)", event, user, detail,
	               plain(hello->service, CLAIM_SIGNS, service, sizeof(service)), standing_of_rhost(session),
	               plain(hello->rhost, CLAIM_SIGNS, rhost, sizeof(rhost)), plain(hello->tty, CLAIM_SIGNS, tty, sizeof(tty)),
	               (long)session->peer_uid, (long)session->peer_pid);
	len = strlen(line);
	lbr_log(priority, "%-*s", (int)((len + block - 1) / block * block), line);
}

void lbr_log_event(const struct lbr_session *session, int priority, const char *event, const char *detail)
{
	if (!lbr_log_holds_back(session))
		write_event(session, priority, event, detail, 1);
}

/* Logs what else the attempt revealed. */
static void log_event_of(const struct lbr_session *session, enum lbr_event event, enum lbr_lane lane)
{
	static const struct { int priority; const char *text; } lines[] = {
		[LBR_EVENT_PASSWORD_KNOWN] = { LOG_WARNING,
		                               "correct password with three wrong codes: someone may know the password" },
		[LBR_EVENT_LOCKED] = { LOG_WARNING, NULL },
		[LBR_EVENT_RECOVERY_USED] = { LOG_WARNING, "a recovery code was used" },
		[LBR_EVENT_CLOCK] = { LOG_ALERT, "the last accepted code is in the future: the clock was set back; correct it, "
		                      "or run `liberations unlock --clock`" },
	};

	static const char *const locked[LBR_LANES] = {
		[LBR_LANE_CONSOLE] = LOCKED("at the console"),
		[LBR_LANE_KNOWN] = LOCKED("from the places where the person is known"),
		[LBR_LANE_STRANGER] = LOCKED("from new places"),
	};

	/* Each of these happens once until something else changes; a clock that was set back is met by each attempt. */
	if (event != LBR_EVENT_NONE && (event != LBR_EVENT_CLOCK || !lbr_log_holds_back(session)))
		write_event(session, lines[event].priority, "notice",
		            event == LBR_EVENT_LOCKED ? locked[lane] : lines[event].text, 1);
}

void lbr_log_attempt(const struct lbr_session *session, const struct lbr_attempt *attempt, const struct lbr_outcome *outcome,
                     enum lbr_error error, const struct lbr_reason *reason)
{
	char refusal[2 * LBR_REASON_MAX];
	bool alarming = error == LBR_ERR_DAMAGED || error == LBR_ERR_NEWER || error == LBR_ERR_UNSAFE;

	if (error != LBR_OK && error != LBR_ERR_ABSENT) {
		lbr_log_event(session, alarming ? LOG_ALERT : LOG_ERR,
		              "sign-in", reason->text[0] != '\0' ? reason->text : lbr_error_name(error));
		log_event_of(session, outcome->event, outcome->lane);
		return;
	}
	switch (outcome->verdict) {
	case LBR_ALLOW:
		write_event(session, LOG_INFO, "sign-in", "accepted", 1);
		break;
	case LBR_ASK_TEMPORARY:
		write_event(session, LOG_INFO, "sign-in", "correct code of a first sign-in: the temporary password comes next", 1);
		break;
	case LBR_ENROLL:
	case LBR_CHOOSE:
		write_event(session, LOG_INFO, "sign-in", "temporary password accepted; first sign-in continues", 1);
		break;
	case LBR_DENY:
	case LBR_DENY_WAIT:
	case LBR_DENY_LOCKED:
	case LBR_DENY_USED_CODE:
		lbr_log_describe(session, attempt, outcome, refusal, sizeof(refusal));
		if (!lbr_log_holds_back(session))
			write_event(session, LOG_NOTICE, "sign-in", refusal, REFUSAL_BLOCK);
		break;
	}
	log_event_of(session, outcome->event, outcome->lane);
}
