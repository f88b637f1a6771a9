/* One-time tickets: how a sign-in at the portal's own host reaches an application's host. Pure: time is an argument.
 *
 * A ticket is 32 random bytes that the browser carries from one host to the other, once, within 30 seconds. Only its hash is kept,
 * with what it is good for. No living ticket gives way to another person's.
 */
#ifndef PORTAL_TICKETS_H
#define PORTAL_TICKETS_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/error.h>

#include "session_slot.h"

#define LBR_TICKETS_MAX 1024
#define LBR_TICKETS_PER_PERSON 16 /* of one sign-in: more tabs than a browser opens at once */
#define LBR_TICKET_MS 30000
#define LBR_TICKET_LEN 32

/* What a ticket is good for. */
struct lbr_ticket {
	unsigned char site[LBR_SITE_ID_LEN];      /* the application */
	unsigned char browser[LBR_PORTAL_MAC_LEN]; /* the one that asked for it there: destination.h */
	unsigned char path[LBR_PORTAL_MAC_LEN];   /* lbr_ticket_path of where it wanted to go */
	unsigned char session[LBR_PORTAL_MAC_LEN]; /* the hash of the id of the session at the portal that it comes from */
};

/* All zero is an empty table. */
struct lbr_tickets {
	struct {
		int64_t           until_ms; /* 0: free */
		unsigned char     hash[LBR_PORTAL_MAC_LEN];
		struct lbr_ticket ticket;
	} entries[LBR_TICKETS_MAX];
};

/* What a return path is called in a ticket. */
void lbr_ticket_path(const struct lbr_portal_key *key, const char *path, unsigned char ret[LBR_PORTAL_MAC_LEN]);

/* Keeps a ticket with fresh random `bytes`. Of one session, the one that was given first gives way to the 17th. LBR_ERR_BUSY: the
 * table is full of living ones. */
enum lbr_error lbr_ticket_give(struct lbr_tickets *tickets, const struct lbr_portal_key *key, int64_t now_ms,
                               const unsigned char bytes[LBR_TICKET_LEN], const struct lbr_ticket *ticket);

/* Takes it out of the table: from now on it is none, whatever becomes of it. False: there is none, or it is too old; `ret` is then
 * all zero. */
bool lbr_ticket_take(struct lbr_tickets *tickets, const struct lbr_portal_key *key, int64_t now_ms,
                     const unsigned char bytes[LBR_TICKET_LEN], struct lbr_ticket *ret);

/* Returns true if it is good for that site, browser and path. */
bool lbr_ticket_is_for(const struct lbr_ticket *ticket, const unsigned char site[LBR_SITE_ID_LEN],
                       const unsigned char browser[LBR_PORTAL_MAC_LEN], const unsigned char path[LBR_PORTAL_MAC_LEN]);

#endif
