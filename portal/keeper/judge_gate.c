/* May this cookie pass? */
#include "keeper.h"

#include <string.h>

#include <liberations/secret.h>

#include "gate_frames.h"
#include "session_cookie.h"

static const struct lbr_site *site_of(const struct lbr_portal_settings *settings, const char *host)
{
	if (host[0] == '\0')
		return settings->site_count == 1 ? &settings->sites[0] : NULL;
	return lbr_site_of(settings, host);
}

static void judge(struct lbr_keeper *keeper, const struct lbr_gate_ask *ask, const struct lbr_site *site,
                  struct lbr_gate_tell *tell)
{
	struct lbr_web_session session;
	uint32_t index;
	enum lbr_session_answer answer = lbr_session_of_cookie(keeper, site, ask->session, &index, &session);

	if (answer == LBR_SESSION_DEAD) {
		tell->verdict = LBR_GATE_NO;
		memcpy(tell->origin, site->origin, sizeof(tell->origin));
		memcpy(tell->base, site->base, sizeof(tell->base));
	} else if (answer == LBR_SESSION_LIVE) {
		memcpy(tell->user, session.user, sizeof(tell->user));
		tell->verdict = LBR_GATE_YES;
	}
}

void lbr_keeper_judge_gate(struct lbr_keeper *keeper, const struct lbr_frame *question, struct lbr_frame *answer)
{
	struct lbr_gate_tell tell = { .verdict = LBR_GATE_TROUBLE };
	struct lbr_gate_ask ask;
	const struct lbr_site *site;

	answer->len = 0;
	if (lbr_gate_ask_get(question, &ask) != LBR_OK)
		return;
	tell.serial = ask.serial;
	site = site_of(keeper->settings, ask.site);
	if (site != NULL)
		judge(keeper, &ask, site, &tell);
	else
		tell.verdict = LBR_GATE_UNREADABLE;
	(void)lbr_gate_tell_put(answer, &tell);
	lbr_wipe(&ask, sizeof(ask));
}
