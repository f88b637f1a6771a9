/* The session of a visit, once its account has been asked about. */
#ifndef PORTAL_OWN_SESSION_H
#define PORTAL_OWN_SESSION_H

#include "visit.h"

enum lbr_own_session {
	LBR_OWN_NONE = 0, /* no one is signed in */
	LBR_OWN_LATER,    /* the agent is asked; the visit goes on from its beginning when it has spoken */
	LBR_OWN_TROUBLE,  /* too many wait: leave the answer at 503 */
	LBR_OWN_LIVE,     /* `*ret_index` and `*ret` are the session */
};

enum lbr_own_session lbr_own_session(struct lbr_keeper *keeper, const struct lbr_visit *visit, uint32_t *ret_index,
                                     struct lbr_web_session *ret);

/* For a page that only people who are signed in see. True: somebody is. Else `*ret_handled` is what the handler returns: it is
 * told to wait, or sent to the sign-in page. */
bool lbr_own_session_or_sign_in(struct lbr_keeper *keeper, const struct lbr_visit *visit, uint32_t *ret_index,
                                struct lbr_web_session *ret, struct lbr_page_tell *tell, enum lbr_handled *ret_handled);

#endif
