/* One session as 256 bytes of the table: binary, of a fixed form, with a MAC over its place. Nothing a person typed can be read as
 * anything else, and a slot that was copied, cut or changed is none.
 */
#ifndef PORTAL_SESSION_SLOT_H
#define PORTAL_SESSION_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/language.h>
#include <liberations/wire.h>

#include "portal_key.h"

#define LBR_SESSION_SLOT_LEN 256
#define LBR_SESSION_ID_LEN 32
#define LBR_SESSION_USER_MAX 64
#define LBR_SITE_ID_LEN 16
#define LBR_SESSION_ADDRESS_MAX 46
#define LBR_FAMILY_LEN 16

struct lbr_web_session {
	char              user[LBR_SESSION_USER_MAX + 1];
	unsigned char     site[LBR_SITE_ID_LEN];
	unsigned char     family[LBR_FAMILY_LEN];     /* the sessions of one sign-in, at several sites */
	unsigned char     standing[LBR_STANDING_LEN]; /* of the account, when the session began */
	int64_t           born_s, seen_s;
	int64_t           expires_s, changeable_s; /* of the password; 0: never, from now on */
	int64_t           last_sign_in_s;          /* the one before; 0: none */
	unsigned          codes_left;              /* 0 to 255 */
	enum lbr_language language;
	char              address[LBR_SESSION_ADDRESS_MAX]; /* as claimed: IPv4 or IPv6, else "-" */
};

/* What a session's id is called in the table: the id itself stands nowhere. */
void lbr_session_hash(const struct lbr_portal_key *key, const unsigned char id[LBR_SESSION_ID_LEN], unsigned char ret[32]);

/* What a site is called: its origin, hashed. */
void lbr_site_id(const struct lbr_portal_key *key, const char *origin, unsigned char ret[LBR_SITE_ID_LEN]);

/* Writes slot number `index`. */
void lbr_session_slot_put(const struct lbr_portal_key *key, uint32_t index, const unsigned char hash[32],
                          const struct lbr_web_session *session, unsigned char slot[LBR_SESSION_SLOT_LEN]);

enum lbr_slot_state {
	LBR_SLOT_DAMAGED = 0,
	LBR_SLOT_FOREIGN, /* genuine, but in the form of another release */
	LBR_SLOT_EMPTY,
	LBR_SLOT_TAKEN,
};

/* Reads it. Unless TAKEN, the outputs are all zero. EMPTY: all its bytes are zero. */
enum lbr_slot_state lbr_session_slot_get(const struct lbr_portal_key *key, uint32_t index,
                                         const unsigned char slot[LBR_SESSION_SLOT_LEN],
                                         unsigned char ret_hash[32], struct lbr_web_session *ret);

/* The version of one that is FOREIGN. */
uint8_t lbr_session_slot_version(const unsigned char slot[LBR_SESSION_SLOT_LEN]);

#endif
