/* Who may be passed over by a service that says unknown=ignore: another module then judges alone, so nobody of ours may be among
 * them, under whatever spelling. Directories know ALICE, "alice ", alice@example.org and EXAMPLE\alice as alice. */
#include <stdbool.h>
#include <string.h>
#include <syslog.h>

#include "log.h"
#include "session.h"

/* Between a realm and a person; which of them a directory uses is its administrator's choice. */
#define SEPARATORS "\\/+"

static bool is_printable(const char *name)
{
	for (; *name != '\0'; name++)
		if (*name < ' ' || *name > '~')
			return false;
	return true;
}

/* The person in "REALM\person@realm", without blanks around: at most as long as the name. */
static void find_person(const char *name, char ret[LBR_WIRE_USER_MAX])
{
	const char *separator;
	size_t len;

	while ((separator = strpbrk(name, SEPARATORS)) != NULL)
		name = separator + 1;
	name += strspn(name, " ");
	len = strcspn(name, "@");
	while (len > 0 && name[len - 1] == ' ')
		len--;
	memcpy(ret, name, len);
	ret[len] = '\0';
}

/* A name that no account can have is free; but not if what is wrong with it cannot be seen, or if it was too long to get here. */
static enum lbr_error judge_spelling(struct lbr_session *session, struct lbr_reason *reason)
{
	const char *name = session->request.user;
	char person[LBR_WIRE_USER_MAX];
	enum lbr_error error;

	if (name[0] == '\0' || (lbr_name_check(name) != LBR_OK && !is_printable(name)))
		return lbr_fail(reason, LBR_ERR_EXISTS, LBR_WHY(READ_AS_ANOTHER));
	find_person(name, person);
	error = lbr_store_is_free(session->store, name, reason);
	if (error != LBR_OK || strcmp(person, name) == 0)
		return error;
	return lbr_store_is_free(session->store, person, reason);
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
