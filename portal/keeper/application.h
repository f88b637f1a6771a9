/* A sign-in at this site that is for an application at another one: it goes on there, by a ticket.
 *
 * Whom it is for stands in addresses and forms as a destination (destination.h). Every way from a finished sign-in leads through
 * the sign-in page of this site, which gives a ticket to who is signed in; so tickets are given in one place.
 */
#ifndef PORTAL_APPLICATION_H
#define PORTAL_APPLICATION_H

#include <stdint.h>

#include "visit.h"

/* Returns the application that a destination names, if its people sign in at `site`; else NULL. */
const struct lbr_site *lbr_application_of(const struct lbr_keeper *keeper, const struct lbr_site *site, const char *destination);

/* Empties destinations of a question that name no application of its site, and the return paths with them: they are another
 * host's. */
void lbr_application_check(const struct lbr_keeper *keeper, struct lbr_visit *visit);

/* Makes a page of `site` one for that application: it bears its name, and its forms may lead there. `destination` may be "". */
void lbr_tell_for(const struct lbr_keeper *keeper, const struct lbr_site *site, const char *destination,
                  struct lbr_page_tell *tell);

/* 303 to a page of `site`, mostly "sign-in", which is told whom it is for. `query`: "", or words such as "said=no". */
void lbr_tell_go_with(const struct lbr_site *site, const char *page, const char *query, const char *destination, const char *back,
                      struct lbr_page_tell *tell);

/* 303 to where a person goes who is signed in: to the return path, at this site or the application's. */
void lbr_tell_go_on(const struct lbr_site *site, const char *destination, const char *back, struct lbr_page_tell *tell);

/* 303 to the application, with a ticket from the session in slot `index`. It is left at 503 if there are too many tickets. */
void lbr_tell_ticket(struct lbr_keeper *keeper, const struct lbr_visit *visit, uint32_t index, const struct lbr_site *application,
                     struct lbr_page_tell *tell);

#endif
