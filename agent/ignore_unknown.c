/* Names that a service with unknown=ignore may pass over: another module alone then judges them, so none may be one of our
 * accounts in any spelling. Directories read ALICE, "alice ", alice@example.org and EXAMPLE\alice as alice. */
#include <stdbool.h>
#include <string.h>
#include <syslog.h>

#include "log.h"
#include "session.h"

/* Separators between a realm and a person; the directory's administrator chooses which of them it uses. */
#define SEPARATORS "\\/+"
#define PARTS_MAX 8 /* each part costs lookups, and a stranger chooses the name */

static bool is_printable(const char *name)
{
	for (; *name != '\0'; name++)
		if (*name < ' ' || *name > '~')
			return false;
	return true;
}

/* LBR_OK if no account has the `len` bytes at `name` as its name. An account's name contains no blank, around it or inside. */
static enum lbr_error judge_part(struct lbr_store *store, const char *name, size_t len, struct lbr_reason *reason)
{
	char person[LBR_WIRE_USER_MAX];

	for (; len > 0 && *name == ' '; name++)
		len--;
	while (len > 0 && name[len - 1] == ' ')
		len--;
	memcpy(person, name, len);
	person[len] = '\0';
	return lbr_store_is_free(store, person, reason);
}

/* An account's own name may contain an @: any one of them, or none, may start the realm. */
static enum lbr_error judge_ends(struct lbr_store *store, const char *name, struct lbr_reason *reason)
{
	const char *end = name;
	enum lbr_error error;

	do {
		end += strcspn(end, "@");
		error = judge_part(store, name, (size_t)(end - name), reason);
	} while (error == LBR_OK && *end++ != '\0');
	return error;
}

static unsigned count_parts(const char *name)
{
	unsigned parts = 1;

	for (name = strpbrk(name, SEPARATORS "@"); name != NULL; name = strpbrk(name + 1, SEPARATORS "@"))
		parts++;
	return parts;
}

/* A name that no account can have may be passed over, but not if its fault is invisible or if it was too long to get here. */
static enum lbr_error judge_spelling(struct lbr_session *session, struct lbr_reason *reason)
{
	const char *name = session->request.user;
	enum lbr_error error;

	if (name[0] == '\0' || (lbr_name_check(name) != LBR_OK && !is_printable(name)) || count_parts(name) > PARTS_MAX)
		return lbr_fail(reason, LBR_ERR_EXISTS, LBR_WHY(READ_AS_ANOTHER));
	error = judge_ends(session->store, name, reason);
	while (error == LBR_OK && (name = strpbrk(name, SEPARATORS)) != NULL)
		error = judge_ends(session->store, ++name, reason);
	return error;
}

bool lbr_may_be_ignored(struct lbr_session *session)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	if (session->hello.unknown != LBR_UNKNOWN_IGNORE)
		return false;
	error = judge_spelling(session, &reason);
	if (error == LBR_OK)
		return true;
	lbr_log_event(session, error == LBR_ERR_EXISTS ? LOG_NOTICE : LOG_ALERT, "unknown=ignore", reason.text);
	return false;
}
