/* A session begins. */
#include "begin_session.h"

#include <string.h>

#include <liberations/secret.h>

#include "application.h"
#include "session_cookie.h"
#include "session_log.h"

/* Whose session it is, where, and who says so. */
static void name_person(const struct lbr_keeper *keeper, const struct lbr_talk *talk, struct lbr_web_session *ret)
{
	*ret = (struct lbr_web_session){ .born_s = keeper->now_s, .seen_s = keeper->now_s, .language = talk->language };
	memcpy(ret->user, talk->user, sizeof(ret->user));
	lbr_site_id(&keeper->key, talk->site->origin, ret->site);
	memcpy(ret->address, talk->address, strnlen(talk->address, sizeof(ret->address) - 1));
}

static void describe(const struct lbr_keeper *keeper, const struct lbr_talk *talk, const struct lbr_account_facts *facts,
                     struct lbr_web_session *ret)
{
	name_person(keeper, talk, ret);
	ret->expires_s = facts->expires_s;
	ret->changeable_s = facts->changeable_s;
	ret->last_sign_in_s = facts->last_sign_in_s;
	ret->codes_left = facts->recovery_left;
	memcpy(ret->standing, facts->standing, sizeof(ret->standing));
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

void lbr_keeper_end_sessions(struct lbr_keeper *keeper, const struct lbr_talk *talk)
{
	struct lbr_web_session person;

	if (lbr_session_end_of_browser(keeper, talk->site, talk->session, NULL))
		keeper->table.unsynced = true;
	if (lbr_session_end_all(&keeper->table.table, talk->user, LBR_SESSION_NONE) == 0)
		return;
	name_person(keeper, talk, &person);
	lbr_log_session(keeper, "other sessions ended by a change", &person);
	keeper->table.unsynced = true;
}

/* Another password or phone: everything that the old one opened ends, and is found anew under another id. One that is not on the
 * disk is none: its browser is never told of it. */
static bool renew(struct lbr_keeper *keeper, const struct lbr_talk *talk, const struct lbr_web_session *session,
                  uint32_t *ret_index, struct lbr_page_tell *tell)
{
	lbr_keeper_end_sessions(keeper, talk);
	if (!begin(keeper, session, ret_index, tell))
		return false;
	if (lbr_table_file_sync(&keeper->table) == LBR_OK)
		return true;
	lbr_session_end(&keeper->table.table, *ret_index);
	lbr_log_session(keeper, "session ended by a disk that fails", session);
	lbr_wipe(tell->session, sizeof(tell->session));
	return false;
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

bool lbr_keeper_begin_session(struct lbr_keeper *keeper, const struct lbr_talk *talk, const struct lbr_account_facts *facts,
                              struct lbr_page_tell *tell)
{
	bool changed = talk->dialogue.flow != LBR_DIALOGUE_SIGN_IN, begun;
	struct lbr_web_session session;
	uint32_t index;

	if (changed && talk->session[0] == '\0') /* signed out meanwhile */
		return false;
	describe(keeper, talk, facts, &session);
	begun = changed || talk->dialogue.changed ? renew(keeper, talk, &session, &index, tell) :
	                                            sign_in(keeper, talk, &session, &index, tell);
	if (!begun)
		return false;
	lbr_last_tries_forget(&keeper->last_tries, talk->browser);
	tell_way(keeper, talk, index, tell);
	return true;
}
