/* The sessions of one sign-in live and are idle as one; a person has so many sign-ins. */
#ifndef PORTAL_SESSION_FAMILY_H
#define PORTAL_SESSION_FAMILY_H

#include "session_table.h"

/* Reads a slot of the chains. One that was damaged meanwhile is no session any more: it ends, and this is false. */
bool lbr_session_read_or_end(struct lbr_session_table *table, uint32_t index, struct lbr_web_session *ret);

/* Returns true if the session in that slot, which began at `born_s`, is too old, or its whole family was idle too long. */
bool lbr_session_is_over(const struct lbr_session_table *table, int64_t now_s, uint32_t index, int64_t born_s);

/* Ends the session in that slot, which is `session`, if it is over. Returns whether it was. */
bool lbr_session_end_over(struct lbr_session_table *table, int64_t now_s, uint32_t index, const struct lbr_web_session *session);

/* Returns a living session of the family and person of `member`; with `site`, the one at that site. NONE: there is none. */
uint32_t lbr_family_find(struct lbr_session_table *table, int64_t now_s, const struct lbr_web_session *member,
                         const unsigned char *site, struct lbr_web_session *ret);

/* If the person has more than `most` living families, the one of them that was idle longest ends. */
void lbr_family_make_room(struct lbr_session_table *table, int64_t now_s, const char *user, unsigned most);

#endif
