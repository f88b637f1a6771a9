/* Whose session a cookie is. */
#include "session_cookie.h"

#include <string.h>

#include <sodium.h>

#include <liberations/secret.h>

static bool read_id(const char *cookie, unsigned char ret[LBR_SESSION_ID_LEN])
{
	size_t len = 0;

	return sodium_base642bin(ret, LBR_SESSION_ID_LEN, cookie, strlen(cookie), NULL, &len, NULL,
	                         sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 && len == LBR_SESSION_ID_LEN;
}

enum lbr_session_answer lbr_session_of_cookie(struct lbr_keeper *keeper, const struct lbr_site *site, const char *cookie,
                                              uint32_t *ret_index, struct lbr_web_session *ret)
{
	unsigned char id[LBR_SESSION_ID_LEN], site_id[LBR_SITE_ID_LEN];
	enum lbr_session_answer answer = LBR_SESSION_DEAD;

	*ret_index = LBR_SESSION_NONE;
	lbr_wipe(ret, sizeof(*ret));
	if (read_id(cookie, id)) {
		lbr_site_id(&keeper->key, site->origin, site_id);
		answer = lbr_session_find(&keeper->table.table, keeper->now_s, keeper->now_ms, id, site_id, ret_index, ret);
	}
	lbr_wipe(id, sizeof(id));
	return answer;
}
