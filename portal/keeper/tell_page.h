/* Answers leave the keeper here. */
#ifndef PORTAL_TELL_PAGE_H
#define PORTAL_TELL_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "keeper.h"

/* Answers one page, and closes it. Nothing happens if it is another connection's by now. */
void lbr_tell_page(struct lbr_keeper *keeper, unsigned page, uint64_t serial, const struct lbr_page_tell *tell);

/* Answers all pages that wait for a form that no agent has judged. It may be sent again, and hears the same. */
void lbr_tell_form(struct lbr_keeper *keeper, unsigned form, const struct lbr_page_tell *tell);

/* Answers all pages that wait for a form that the agent has judged. The answer is kept for those that come after them: see
 * form_answers.h for `earned`. A fault is not, and the form may be sent again. */
void lbr_tell_judged_form(struct lbr_keeper *keeper, unsigned form, bool earned, const struct lbr_page_tell *tell);

/* Sends a frame that is written already, and closes the page. */
void lbr_tell_frame(struct lbr_keeper_page *page, const void *bytes, size_t len);

#endif
