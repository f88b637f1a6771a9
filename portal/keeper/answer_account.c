/* My account: what is known of it, and where else its person is signed in. */
#include "handlers.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

#include "own_session.h"

/* As people of both languages write it, in the time of this machine: a day, or a minute. */
static void put_time(char ret[LBR_TELL_DATE_MAX], bool whole_day, int64_t time_s)
{
	time_t time = (time_t)time_s;
	struct tm parts;

	if (localtime_r(&time, &parts) == NULL ||
	    (whole_day ? strftime(ret, LBR_TELL_DATE_MAX, "%Y-%m-%d", &parts) :
	                 strftime(ret, LBR_TELL_DATE_MAX, "%Y-%m-%d %H:%M", &parts)) == 0)
		ret[0] = '\0';
}

static void put_facts(const struct lbr_keeper *keeper, const struct lbr_web_session *session, struct lbr_page_tell *tell)
{
	bool waits = session->changeable_s > keeper->now_s;

	memcpy(tell->user, session->user, sizeof(tell->user));
	if (session->expires_s != 0)
		put_time(tell->until, true, session->expires_s);
	put_time(tell->from, !waits, waits ? session->changeable_s : keeper->now_s);
	if (session->last_sign_in_s != 0)
		put_time(tell->last_sign_in, false, session->last_sign_in_s);
	tell->codes_left = session->codes_left;
}

struct others {
	struct lbr_page_tell         *tell;
	const struct lbr_web_session *own;
	int64_t                       seen_s[LBR_PAGE_SESSIONS_MAX]; /* the youngest first */
};

/* The page shows those that were seen last. */
static bool put_session(void *context, uint32_t index, const struct lbr_web_session *session)
{
	struct others *others = context;
	struct lbr_tell_session *list = others->tell->sessions;
	unsigned at = others->tell->session_count;

	(void)index;
	if (memcmp(session->family, others->own->family, LBR_FAMILY_LEN) == 0)
		return true;
	for (; at > 0 && others->seen_s[at - 1] < session->seen_s; at--) {
		if (at == LBR_PAGE_SESSIONS_MAX)
			continue;
		list[at] = list[at - 1];
		others->seen_s[at] = others->seen_s[at - 1];
	}
	if (at == LBR_PAGE_SESSIONS_MAX)
		return true;
	others->seen_s[at] = session->seen_s;
	put_time(list[at].since, false, session->born_s);
	put_time(list[at].seen, false, session->seen_s);
	memcpy(list[at].address, session->address, strlen(session->address) + 1);
	if (others->tell->session_count < LBR_PAGE_SESSIONS_MAX)
		others->tell->session_count++;
	return true;
}

enum lbr_handled lbr_show_account(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	struct lbr_web_session session;
	struct others others = { .tell = tell, .own = &session };
	enum lbr_handled handled;
	uint32_t index;

	if (!lbr_own_session_or_sign_in(keeper, visit, &index, &session, tell, &handled))
		return handled;
	lbr_tell_page_of(keeper, visit, LBR_PAGE_KIND_ACCOUNT, 0, tell);
	put_facts(keeper, &session, tell);
	lbr_session_list_families(&keeper->table.table, keeper->now_s, session.user, put_session, &others);
	return LBR_HANDLED_NOW;
}
