/* A session begins. */
#include "begin_session.h"

#include <string.h>

#include <sodium.h>

#include <liberations/random.h>

#include "session_cookie.h"

static void end_old(struct lbr_keeper *keeper, const struct lbr_talk *talk)
{
	struct lbr_web_session session;
	uint32_t index;

	if (lbr_session_of_cookie(keeper, talk->site, talk->session, &index, &session) == LBR_SESSION_DEAD)
		return;
	lbr_session_end(&keeper->table.table, index);
	(void)lbr_table_file_sync(&keeper->table);
}

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

void lbr_keeper_begin_session(struct lbr_keeper *keeper, const struct lbr_talk *talk, const struct lbr_account_facts *facts,
                              struct lbr_page_tell *tell)
{
	unsigned char id[LBR_SESSION_ID_LEN];
	struct lbr_web_session session;
	uint32_t index;

	end_old(keeper, talk);
	describe(keeper, talk, facts, &session);
	if (lbr_random(id, sizeof(id)) != LBR_OK ||
	    lbr_session_begin(&keeper->table.table, keeper->now_s, keeper->now_ms, id, &session, &index) != LBR_OK)
		return;
	lbr_session_checked(&keeper->table.table, index, keeper->now_ms);
	(void)sodium_bin2base64(tell->session, sizeof(tell->session), id, sizeof(id), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	lbr_wipe(id, sizeof(id));
	tell->set_session = LBR_TELL_COOKIE_SET;
	memcpy(tell->forget, talk->site->forget_cookies, sizeof(tell->forget));
	if (talk->told_count > 0)
		lbr_tell_go(talk->site, "notice", tell);
	else
		lbr_tell_go_back(talk->site, talk->back, tell);
}
