/* Who may be passed over by a service that says unknown=ignore: another module then judges alone, so nobody of ours may be among
 * them, under whatever spelling. Directories know ALICE, "alice ", alice@example.org and EXAMPLE\alice as alice. */
#include <stdbool.h>
#include <string.h>
#include <syslog.h>

#include "log.h"
#include "session.h"

/* Between a realm and a person; which of them a directory uses is its administrator's choice. */
#define SEPARATORS "\\/+"
#define PARTS_MAX 8 /* each costs lookups, and a stranger chooses the name */

static bool is_printable(const char *name)
{
	for (; *name != '\0'; name++)
		if (*name < ' ' || *name > '~')
			return false;
	return true;
}

/* Whether the `len` bytes at `name` are nobody's. No account's name has a blank around it, or anywhere. */
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

/* An account's own name may hold an @: each of them may be the one before the realm, and none of them. */
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

/* A name that no account can have is free; but not if what is wrong with it cannot be seen, or if it was too long to get here. */
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
