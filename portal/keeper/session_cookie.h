/* A session, and the cookie of its browser. */
#ifndef PORTAL_SESSION_COOKIE_H
#define PORTAL_SESSION_COOKIE_H

#include "keeper.h"

/* Finds the session of a browser's cookie at a site; as lbr_session_find. A cookie of another form is DEAD. */
enum lbr_session_answer lbr_session_of_cookie(struct lbr_keeper *keeper, const struct lbr_site *site, const char *cookie,
                                              uint32_t *ret_index, struct lbr_web_session *ret);

/* Begins a session with a fresh id and writes its cookie. Errors as lbr_session_begin, and LBR_ERR_SYSTEM: no randomness; the
 * cookie is then left as it was. */
enum lbr_error lbr_session_begin_with_cookie(struct lbr_keeper *keeper, const struct lbr_web_session *session, uint32_t *ret_index,
                                             char ret_cookie[LBR_COOKIE_SESSION_LEN + 1]);

/* Ends what another sign-in replaces: the session of that cookie with its family, unless that is `spared` (LBR_FAMILY_LEN bytes;
 * NULL: none is). Returns true if one ended; the caller sees to the disk. */
bool lbr_session_end_of_browser(struct lbr_keeper *keeper, const struct lbr_site *site, const char *cookie,
                                const unsigned char *spared);

/* The answer bears the cookie in tell->session, and ends the application's own. */
void lbr_tell_session(const struct lbr_site *site, struct lbr_page_tell *tell);

#endif
