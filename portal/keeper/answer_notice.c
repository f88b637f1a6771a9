/* Warnings and news, on a page of their own, once. */
#include "handlers.h"

#include <string.h>

#include "application.h"
#include "kept_says.h"
#include "own_session.h"

static struct lbr_kept_say *find(struct lbr_keeper *keeper, uint32_t index)
{
	return lbr_kept_says_find(&keeper->kept_says, keeper->table.table.live[index].hash, keeper->now_ms);
}

/* Of an expiry: a new password comes next. Nothing else that is told calls for one. */
static bool is_warning(const struct lbr_told *told)
{
	return strcmp(told->word, "WARN_ONE") == 0 || strcmp(told->word, "WARN_MANY") == 0;
}

enum lbr_handled lbr_show_notice(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	struct lbr_web_session session;
	const struct lbr_kept_say *kept;
	enum lbr_handled handled;
	uint32_t index;
	unsigned at;

	if (!lbr_own_session_or_sign_in(keeper, visit, &index, &session, tell, &handled))
		return handled;
	kept = find(keeper, index);
	if (kept == NULL || kept->count == 0) {
		lbr_tell_go_back(visit->route.site, "", tell);
		return LBR_HANDLED_NOW;
	}
	lbr_tell_page_of(keeper, visit, LBR_PAGE_KIND_NOTICE, 0, tell);
	memcpy(tell->user, session.user, sizeof(tell->user));
	for (at = 0; at < kept->count; at++) {
		if (is_warning(&kept->told[at]))
			tell->offers_change = session.changeable_s <= keeper->now_s;
		tell->say_errors[at] = kept->told[at].error;
		memcpy(tell->says[at], kept->told[at].text, sizeof(tell->says[at]));
	}
	tell->say_count = kept->count;
	lbr_tell_for(keeper, visit->route.site, kept->destination, tell);
	return LBR_HANDLED_NOW;
}

enum lbr_handled lbr_take_notice(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	struct lbr_web_session session;
	struct lbr_kept_say *kept;
	enum lbr_handled handled;
	uint32_t index;

	if (!lbr_own_session_or_sign_in(keeper, visit, &index, &session, tell, &handled))
		return handled;
	kept = find(keeper, index);
	if (kept != NULL && kept->account)
		lbr_tell_go(visit->route.site, "account", tell);
	else
		lbr_tell_go_on(visit->route.site, kept != NULL ? kept->destination : "", kept != NULL ? kept->back : "", tell);
	if (kept != NULL)
		lbr_kept_says_read(kept);
	return LBR_HANDLED_NOW;
}
