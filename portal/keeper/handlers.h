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

#endif
