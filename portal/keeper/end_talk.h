/* A talk is over: what its person is told. */
#ifndef PORTAL_END_TALK_H
#define PORTAL_END_TALK_H

#include "visit.h"

/* Fills the answer for one of the last actions of dialogue_step.h. `facts` are the account's, or NULL: then no session begins. */
void lbr_tell_end(struct lbr_keeper *keeper, const struct lbr_talk *talk, enum lbr_dialogue_action action,
                  const struct lbr_account_facts *facts, struct lbr_page_tell *tell);

#endif
