/* A session begins with a sign-in: the only place where one does, but for those of the same family (answer_application.c). */
#ifndef PORTAL_BEGIN_SESSION_H
#define PORTAL_BEGIN_SESSION_H

#include "visit.h"

/* Begins the session of the dialogue's person at its site, ends the one that the browser had, and fills the answer: the cookie,
 * and the way to the return path or the account, or first to what the agent told. After a change of password or phone all other
 * sessions of the person end. It is left at 503 if the table is full. A change whose session was signed out meanwhile begins
 * none. */
void lbr_keeper_begin_session(struct lbr_keeper *keeper, const struct lbr_talk *talk, const struct lbr_account_facts *facts,
                              struct lbr_page_tell *tell);

#endif
