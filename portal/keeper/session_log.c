/* Lines of the log about a session. */
#include "session_log.h"

#include <string.h>

#include "keeper_log.h"

static const char *origin_of(const struct lbr_keeper *keeper, const unsigned char site[LBR_SITE_ID_LEN])
{
	unsigned char id[LBR_SITE_ID_LEN];
	unsigned at;

	for (at = 0; at < keeper->settings->site_count; at++) {
		lbr_site_id(&keeper->key, keeper->settings->sites[at].origin, id);
		if (memcmp(id, site, sizeof(id)) == 0)
			return keeper->settings->sites[at].origin;
	}
	return "-";
}

void lbr_log_session(const struct lbr_keeper *keeper, const char *event, const struct lbr_web_session *session)
{
	lbr_keeper_log_person(event, session->user, origin_of(keeper, session->site), session->address);
}
