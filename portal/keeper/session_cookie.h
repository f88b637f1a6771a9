/* Whose session a cookie is. */
#ifndef PORTAL_SESSION_COOKIE_H
#define PORTAL_SESSION_COOKIE_H

#include "keeper.h"

/* Finds the session of a browser's cookie at a site; as lbr_session_find. A cookie of another form is DEAD. */
enum lbr_session_answer lbr_session_of_cookie(struct lbr_keeper *keeper, const struct lbr_site *site, const char *cookie,
                                              uint32_t *ret_index, struct lbr_web_session *ret);

#endif
