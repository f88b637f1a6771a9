/* A session, and the cookie of its browser. */
#include "session_cookie.h"

#include <string.h>

#include <liberations/random.h>
#include <liberations/secret.h>

#include "base64url_bytes.h"
#include "session_log.h"

enum lbr_session_answer lbr_session_of_cookie(struct lbr_keeper *keeper, const struct lbr_site *site, const char *cookie,
                                              uint32_t *ret_index, struct lbr_web_session *ret)
{
	unsigned char id[LBR_SESSION_ID_LEN], site_id[LBR_SITE_ID_LEN];
	enum lbr_session_answer answer = LBR_SESSION_DEAD;

	*ret_index = LBR_SESSION_NONE;
	lbr_wipe(ret, sizeof(*ret));
	if (lbr_base64url_get(cookie, id, sizeof(id))) {
		lbr_site_id(&keeper->key, site->origin, site_id);
		answer = lbr_session_find(&keeper->table.table, keeper->now_s, keeper->now_ms, id, site_id, ret_index, ret);
	}
	lbr_wipe(id, sizeof(id));
	return answer;
}

enum lbr_error lbr_session_begin_with_cookie(struct lbr_keeper *keeper, const struct lbr_web_session *session, uint32_t *ret_index,
                                             char ret_cookie[LBR_COOKIE_SESSION_LEN + 1])
{
	unsigned char id[LBR_SESSION_ID_LEN];
	enum lbr_error error = lbr_random(id, sizeof(id));

	if (error == LBR_OK)
		error = lbr_session_begin(&keeper->table.table, keeper->now_s, keeper->now_ms, id, session, ret_index);
	if (error == LBR_OK)
		lbr_base64url_put(id, sizeof(id), ret_cookie);
	lbr_wipe(id, sizeof(id));
	return error;
}

bool lbr_session_end_of_browser(struct lbr_keeper *keeper, const struct lbr_site *site, const char *cookie,
                                const unsigned char *spared)
{
	struct lbr_web_session session;
	uint32_t index;

	if (lbr_session_of_cookie(keeper, site, cookie, &index, &session) == LBR_SESSION_DEAD ||
	    (spared != NULL && memcmp(session.family, spared, LBR_FAMILY_LEN) == 0))
		return false;
	(void)lbr_session_end_family(&keeper->table.table, index);
	lbr_log_session(keeper, "session ended by another sign-in", &session);
	return true;
}

void lbr_tell_session(const struct lbr_site *site, struct lbr_page_tell *tell)
{
	tell->set_session = LBR_TELL_COOKIE_SET;
	memcpy(tell->forget, site->forget_cookies, sizeof(tell->forget));
}
