/* A session begins. */
#include "begin_session.h"

#include <string.h>

#include "application.h"
#include "session_cookie.h"
#include "session_log.h"

static void describe(const struct lbr_keeper *keeper, const struct lbr_talk *talk, const struct lbr_account_facts *facts,
                     struct lbr_web_session *ret)
{
	*ret = (struct lbr_web_session){
		.born_s = keeper->now_s, .seen_s = keeper->now_s, .expires_s = facts->expires_s,
		.changeable_s = facts->changeable_s, .last_sign_in_s = facts->last_sign_in_s, .codes_left = facts->recovery_left,
		.language = talk->language,
	};
	memcpy(ret->user, talk->user, sizeof(ret->user));
	lbr_site_id(&keeper->key, talk->site->origin, ret->site);
	memcpy(ret->standing, facts->standing, sizeof(ret->standing));
	memcpy(ret->address, talk->address, strnlen(talk->address, sizeof(ret->address) - 1));
}

static bool begin(struct lbr_keeper *keeper, const struct lbr_web_session *session, uint32_t *ret_index,
                  struct lbr_page_tell *tell)
{
	bool begun = lbr_session_begin_with_cookie(keeper, session, ret_index, tell->session) == LBR_OK;

	lbr_log_session(keeper, begun ? "session began" : "no room for a session", session);
	return begun;
}

static void tell_way(struct lbr_keeper *keeper, const struct lbr_talk *talk, uint32_t index, struct lbr_page_tell *tell)
{
	lbr_tell_session(talk->site, tell);
	if (talk->told_count > 0) {
		lbr_kept_says_note(&keeper->kept_says, keeper->table.table.live[index].hash, talk, keeper->now_ms);
		lbr_tell_go(talk->site, "notice", tell);
	} else if (talk->dialogue.flow != LBR_DIALOGUE_SIGN_IN) {
		lbr_tell_go(talk->site, "account", tell);
	} else {
		lbr_tell_go_on(talk->site, talk->destination, talk->back, tell);
	}
}

/* Another password or phone: everything that the old one opened ends, and is found anew under another id. */
static bool renew(struct lbr_keeper *keeper, const struct lbr_talk *talk, const struct lbr_web_session *session,
                  uint32_t *ret_index, struct lbr_page_tell *tell)
{
	bool begun;

	(void)lbr_session_end_of_browser(keeper, talk->site, talk->session, NULL);
	if (lbr_session_end_all(&keeper->table.table, talk->user, LBR_SESSION_NONE) > 0)
		lbr_log_session(keeper, "other sessions ended by a change", session);
	begun = begin(keeper, session, ret_index, tell);
	return lbr_table_file_sync(&keeper->table) == LBR_OK && begun;
}

/* The old session ends once the new one is there. */
static bool sign_in(struct lbr_keeper *keeper, const struct lbr_talk *talk, const struct lbr_web_session *session,
                    uint32_t *ret_index, struct lbr_page_tell *tell)
{
	if (!begin(keeper, session, ret_index, tell))
		return false;
	(void)lbr_session_end_of_browser(keeper, talk->site, talk->session, NULL);
	keeper->table.unsynced = true;
	return true;
}

void lbr_keeper_begin_session(struct lbr_keeper *keeper, const struct lbr_talk *talk, const struct lbr_account_facts *facts,
                              struct lbr_page_tell *tell)
{
	struct lbr_web_session session;
	bool changed = talk->dialogue.flow != LBR_DIALOGUE_SIGN_IN;
	uint32_t index;

	if (changed && talk->session[0] == '\0') { /* signed out meanwhile */
		lbr_tell_go(talk->site, "sign-in", tell);
		return;
	}
	describe(keeper, talk, facts, &session);
	if (changed || talk->dialogue.changed ? renew(keeper, talk, &session, &index, tell) :
	                                        sign_in(keeper, talk, &session, &index, tell))
		tell_way(keeper, talk, index, tell);
}
