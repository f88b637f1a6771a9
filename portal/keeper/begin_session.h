/* A session begins with a sign-in: the only place where one does, but for those of the same family (answer_application.c). */
#ifndef PORTAL_BEGIN_SESSION_H
#define PORTAL_BEGIN_SESSION_H

#include <stdbool.h>

#include "visit.h"

/* Begins the session of the dialogue's person at its site, ends the one that the browser had, and fills the answer: the cookie,
 * and the way to the return path or the account, or first to what the agent told. After a change of password or phone all other
 * sessions of the person end.
 *
 * False: none began, and `tell` is left as it was. The table is full, or its disk fails after a change, or who changed something
 * was signed out meanwhile. */
bool lbr_keeper_begin_session(struct lbr_keeper *keeper, const struct lbr_talk *talk, const struct lbr_account_facts *facts,
                              struct lbr_page_tell *tell);

/* What the dialogue's person changed ends all their sessions, and the one that the browser had. */
void lbr_keeper_end_sessions(struct lbr_keeper *keeper, const struct lbr_talk *talk);

#endif
