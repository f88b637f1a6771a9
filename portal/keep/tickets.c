/* One-time tickets. */
#include "tickets.h"

#include <string.h>

#include <liberations/secret.h>

#include "return_path.h"

/* The kinds of input to one key begin with different bytes. */
static void hash_as(const struct lbr_portal_key *key, unsigned char kind, const void *bytes, size_t len,
                    unsigned char ret[LBR_PORTAL_MAC_LEN])
{
	unsigned char input[1 + LBR_RETURN_MAX] = { kind };

	memcpy(input + 1, bytes, len);
	lbr_portal_mac(key->id, input, 1 + len, ret);
	lbr_wipe(input, sizeof(input));
}

void lbr_ticket_path(const struct lbr_portal_key *key, const char *path, unsigned char ret[LBR_PORTAL_MAC_LEN])
{
	hash_as(key, 'p', path, strnlen(path, LBR_RETURN_MAX), ret);
}

/* A free place, or LBR_TICKETS_MAX. The ones that are over are wiped; a session that has the most loses its first one. */
static unsigned find_place(struct lbr_tickets *tickets, int64_t now_ms, const unsigned char *session)
{
	unsigned at, own = 0, first = LBR_TICKETS_MAX, found = LBR_TICKETS_MAX;

	for (at = 0; at < LBR_TICKETS_MAX; at++) {
		if (now_ms >= tickets->entries[at].until_ms) {
			lbr_wipe(&tickets->entries[at], sizeof(tickets->entries[at]));
			found = at;
		} else if (memcmp(tickets->entries[at].ticket.session, session, LBR_PORTAL_MAC_LEN) == 0) {
			own++;
			if (first == LBR_TICKETS_MAX || tickets->entries[at].until_ms < tickets->entries[first].until_ms)
				first = at;
		}
	}
	return own >= LBR_TICKETS_PER_PERSON ? first : found;
}

enum lbr_error lbr_ticket_give(struct lbr_tickets *tickets, const struct lbr_portal_key *key, int64_t now_ms,
                               const unsigned char bytes[LBR_TICKET_LEN], const struct lbr_ticket *ticket)
{
	unsigned place = find_place(tickets, now_ms, ticket->session);

	if (place == LBR_TICKETS_MAX)
		return LBR_ERR_BUSY;
	hash_as(key, 't', bytes, LBR_TICKET_LEN, tickets->entries[place].hash);
	tickets->entries[place].ticket = *ticket;
	tickets->entries[place].until_ms = now_ms + LBR_TICKET_MS;
	return LBR_OK;
}

/* The hash is keyed, so the time of a comparison tells nothing. */
bool lbr_ticket_take(struct lbr_tickets *tickets, const struct lbr_portal_key *key, int64_t now_ms,
                     const unsigned char bytes[LBR_TICKET_LEN], struct lbr_ticket *ret)
{
	unsigned char hash[LBR_PORTAL_MAC_LEN];
	bool taken = false;
	unsigned at;

	memset(ret, 0, sizeof(*ret));
	hash_as(key, 't', bytes, LBR_TICKET_LEN, hash);
	for (at = 0; at < LBR_TICKETS_MAX; at++) {
		if (tickets->entries[at].until_ms == 0 || memcmp(tickets->entries[at].hash, hash, sizeof(hash)) != 0)
			continue;
		taken = now_ms < tickets->entries[at].until_ms;
		if (taken)
			*ret = tickets->entries[at].ticket;
		lbr_wipe(&tickets->entries[at], sizeof(tickets->entries[at]));
	}
	return taken;
}

bool lbr_ticket_is_for(const struct lbr_ticket *ticket, const unsigned char site[LBR_SITE_ID_LEN],
                       const unsigned char browser[LBR_PORTAL_MAC_LEN], const unsigned char path[LBR_PORTAL_MAC_LEN])
{
	bool here = lbr_bytes_equal(ticket->site, site, LBR_SITE_ID_LEN);
	bool same_browser = lbr_bytes_equal(ticket->browser, browser, LBR_PORTAL_MAC_LEN);

	return lbr_bytes_equal(ticket->path, path, LBR_PORTAL_MAC_LEN) && here && same_browser;
}
