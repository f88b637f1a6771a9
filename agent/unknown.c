/* Who may be passed over by a service that says unknown=ignore: another module then judges alone, so nobody of ours may be among
 * them, under whatever spelling. */
#include <syslog.h>

#include "log.h"
#include "session.h"

bool lbr_may_be_ignored(struct lbr_session *session)
{
	struct lbr_reason reason = {""};

	if (session->hello.unknown != LBR_UNKNOWN_IGNORE)
		return false;
	if (lbr_store_is_free(session->store, session->request.user, &reason) == LBR_OK)
		return true;
	lbr_log_event(session, LOG_ALERT, "unknown=ignore", reason.text);
	return false;
}
