/* May this cookie pass? */
#include "judge_gate.h"

#include <liberations/secret.h>

#include "recheck.h"
#include "session_cookie.h"
#include "tell_gate.h"

static const struct lbr_site *site_of(const struct lbr_portal_settings *settings, const char *host)
{
	if (host[0] == '\0')
		return settings->site_count == 1 ? &settings->sites[0] : NULL;
	return lbr_site_of(settings, host);
}

static void judge(struct lbr_keeper *keeper, const struct lbr_gate_ask *ask, const struct lbr_site *site)
{
	struct lbr_web_session session;
	uint32_t index;

	switch (lbr_session_of_cookie(keeper, site, ask->session, &index, &session)) {
	case LBR_SESSION_DEAD:
		lbr_tell_gate_no(keeper, ask->serial, site);
		return;
	case LBR_SESSION_RECHECK:
		if (!lbr_recheck_gate(keeper, index, &session, ask->serial, site))
			lbr_tell_gate(keeper, ask->serial, LBR_GATE_TROUBLE);
		return;
	case LBR_SESSION_LIVE:
		lbr_tell_gate_yes(keeper, ask->serial, session.user);
		return;
	}
	lbr_tell_gate(keeper, ask->serial, LBR_GATE_TROUBLE);
}

bool lbr_judge_gate(struct lbr_keeper *keeper, const struct lbr_frame *question)
{
	struct lbr_gate_ask ask;
	const struct lbr_site *site;

	if (lbr_gate_ask_get(question, &ask) != LBR_OK)
		return false;
	site = site_of(keeper->settings, ask.site);
	if (site != NULL)
		judge(keeper, &ask, site);
	else
		lbr_tell_gate(keeper, ask.serial, LBR_GATE_UNREADABLE);
	lbr_wipe(&ask, sizeof(ask));
	return true;
}
