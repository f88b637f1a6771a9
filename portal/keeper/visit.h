/* One question of a page on its way to an answer: now, or when somebody else has spoken. */
#ifndef PORTAL_VISIT_H
#define PORTAL_VISIT_H

#include <stdbool.h>
#include <stdint.h>

#include "keeper.h"

struct lbr_visit {
	struct lbr_page_ask ask;
	struct lbr_route    route;
	unsigned            page;   /* in the keeper's table */
	uint64_t            serial; /* of that page */
	bool                rechecked; /* the agent has just confirmed the standing of its session */
	struct lbr_ticket   ticket; /* it brought this one, which is good for it */
	bool                entitled;
	unsigned            form;   /* a POST's place among the forms that are judged; LBR_FORM_NONE for a GET */
};

enum lbr_handled {
	LBR_HANDLED_LATER = 0, /* what finishes it calls one of lbr_tell_page, _form and _judged_form */
	LBR_HANDLED_NOW,       /* `tell` holds the answer */
};

/* Answers the visit of a place. `tell` is dressed in the site's look, and a fault with the status 503 until it is filled. */
typedef enum lbr_handled lbr_handler(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell);

/* Decodes a question of page number `page`, judges it and answers it, or parks it. False: it breaks the rules, and the page is to
 * be closed. */
bool lbr_visit_begin(struct lbr_keeper *keeper, unsigned page, const struct lbr_frame *question);

/* Calls the handler of the visit's place, from the beginning: for a visit that was kept back and may now go on. */
void lbr_visit_go_on(struct lbr_keeper *keeper, struct lbr_visit *visit);

/* What a handler fills. */
void lbr_tell_dress(const struct lbr_keeper *keeper, const struct lbr_site *site, enum lbr_language language,
                    struct lbr_page_tell *tell);
void lbr_tell_fault(unsigned status, struct lbr_page_tell *tell);

/* 303 to a page of the site: `leaf` may bear a query. */
void lbr_tell_go(const struct lbr_site *site, const char *leaf, struct lbr_page_tell *tell);

/* 303 to a return path; "": to the site's home. */
void lbr_tell_go_back(const struct lbr_site *site, const char *back, struct lbr_page_tell *tell);

/* A page with a number for its form. `question` goes into the number (lbr_form_number_question); 0: none. */
void lbr_tell_page_of(struct lbr_keeper *keeper, const struct lbr_visit *visit, enum lbr_page_kind page, uint32_t question,
                      struct lbr_page_tell *tell);

#endif
