/* Names that a service with unknown=ignore may pass over: another module alone then judges them, so none may be an account here
 * in any spelling. Directories read ALICE, "alice ", alice., alice$, alice@example.org and EXAMPLE\alice as alice, and
 * each administrator chooses the signs. So a name is passed over only if an account could have it, and if no part between
 * signs, and no run of parts, is an account. */
#include <stdbool.h>
#include <string.h>
#include <syslog.h>

#include "log.h"
#include "session.h"

#define SIGNS "\\/+@"       /* between a realm and a person */
#define NEVER_IN_A_NAME "\\/" /* of those; an account's name may contain the others */
#define PARTS_MAX 8          /* each part costs lookups, and a stranger chooses the name */

/* LBR_OK if no account has the `len` bytes at `name` as its name, with or without the full stops at the end. */
static enum lbr_error judge_run(struct lbr_store *store, const char *name, size_t len, bool is_part, struct lbr_reason *reason)
{
	char person[LBR_WIRE_USER_MAX];
	enum lbr_error error = LBR_OK;
	size_t whole = len;

	memcpy(person, name, len);
	do {
		person[len] = '\0';
		if (lbr_name_check(person) == LBR_OK)
			error = lbr_store_is_free(store, person, reason);
		else if (is_part && len == whole)
			error = lbr_fail(reason, LBR_ERR_EXISTS, LBR_WHY(READ_AS_ANOTHER));
	} while (error == LBR_OK && len > 0 && person[--len] == '.');
	return error;
}

/* All runs that begin here: an account's own name may contain signs. */
static enum lbr_error judge_from(struct lbr_store *store, const char *name, struct lbr_reason *reason)
{
	size_t len = strcspn(name, SIGNS);
	enum lbr_error error = judge_run(store, name, len, true, reason);

	while (error == LBR_OK && name[len] != '\0' && strchr(NEVER_IN_A_NAME, name[len]) == NULL) {
		len += 1 + strcspn(name + len + 1, SIGNS);
		error = judge_run(store, name, len, false, reason);
	}
	return error;
}

static unsigned count_parts(const char *name)
{
	unsigned parts = 1;

	for (name = strpbrk(name, SIGNS); name != NULL; name = strpbrk(name + 1, SIGNS))
		parts++;
	return parts;
}

/* An empty name stands for one that was too long to get here. */
static enum lbr_error judge_spelling(struct lbr_session *session, struct lbr_reason *reason)
{
	const char *name = session->request.user;
	enum lbr_error error;

	if (count_parts(name) > PARTS_MAX)
		return lbr_fail(reason, LBR_ERR_EXISTS, LBR_WHY(READ_AS_ANOTHER));
	error = judge_from(session->store, name, reason);
	while (error == LBR_OK && (name = strpbrk(name, SIGNS)) != NULL)
		error = judge_from(session->store, ++name, reason);
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
