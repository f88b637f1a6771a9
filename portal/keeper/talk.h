/* A talk goes on: what the agent or the person did is put into the machine of dialogue_step.h, and what it wants is done. */
#ifndef PORTAL_TALK_H
#define PORTAL_TALK_H

#include "visit.h"

/* Begins a talk with `request` for the person of a form. Its answer is told when the agent has spoken: LATER. NOW: there is no
 * place or no agent, and `tell` says so. The caller wipes the request. */
enum lbr_handled lbr_talk_begin(struct lbr_keeper *keeper, struct lbr_visit *visit, enum lbr_dialogue_flow flow,
                                const struct lbr_request *request, const struct lbr_secret *new, const struct lbr_secret *again,
                                struct lbr_page_tell *tell);

/* The agent has said something, or is gone. */
void lbr_talk_hear(struct lbr_keeper *keeper, struct lbr_talk *talk);

/* The person sent a form of a talk. */
void lbr_talk_take_form(struct lbr_keeper *keeper, struct lbr_talk *talk, struct lbr_visit *visit);

/* Compares a talk's deadline with the time. It may be over afterwards. */
void lbr_talk_look_at_time(struct lbr_keeper *keeper, struct lbr_talk *talk);

#endif
