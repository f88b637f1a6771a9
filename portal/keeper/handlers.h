/* Who answers for which place. */
#ifndef PORTAL_HANDLERS_H
#define PORTAL_HANDLERS_H

#include "visit.h"

/* Returns who answers a GET or a POST of a place; never NULL. */
lbr_handler *lbr_handler_of(const struct lbr_route *route);

lbr_handler lbr_show_plain;    /* pages that are the same for everybody */
lbr_handler lbr_show_language;
lbr_handler lbr_show_sign_in, lbr_take_sign_in, lbr_take_continue;
lbr_handler lbr_show_dialogue, lbr_take_dialogue;
lbr_handler lbr_show_account, lbr_show_notice, lbr_take_notice, lbr_take_sign_out, lbr_take_sign_out_others;
lbr_handler lbr_show_change, lbr_take_change, lbr_show_phone, lbr_take_phone;

/* What this browser was told last, its name, and a wait in the agent's words: only where the address and the place agree with it. A
 * link of somebody else's says nothing. */
void lbr_put_last_try(const struct lbr_keeper *keeper, const struct lbr_visit *visit, struct lbr_page_tell *tell);

/* At an application's host, whose people sign in elsewhere. */
lbr_handler lbr_show_go, lbr_show_enter, lbr_show_at_portal;

#endif
