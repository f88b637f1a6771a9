/* One session as 256 bytes. */
#include "session_slot.h"

#include <arpa/inet.h>
#include <string.h>

#include <sodium.h>

#include <liberations/big_endian.h>
#include <liberations/formats.h>
#include <liberations/secret.h>

enum {
	AT_VERSION = 0, AT_LANGUAGE = 1, AT_CODES = 2, AT_USER_LEN = 3, AT_HASH = 4, AT_SITE = 36, AT_STANDING = 52, AT_BORN = 68,
	AT_SEEN = 76, AT_EXPIRES = 84, AT_CHANGEABLE = 92, AT_LAST = 100, AT_USER = 108, AT_FAMILY = 172, AT_ADDRESS = 188,
	AT_REST = 205, AT_MAC = 224,
};

#define ADDRESS_LEN 16 /* behind a byte that says which kind it is: 4 or 6; 0: none */

_Static_assert(AT_USER + LBR_SESSION_USER_MAX == AT_FAMILY && AT_FAMILY + LBR_FAMILY_LEN == AT_ADDRESS &&
               AT_ADDRESS + 1 + ADDRESS_LEN == AT_REST, "fields");
_Static_assert(AT_MAC + LBR_PORTAL_MAC_LEN == LBR_SESSION_SLOT_LEN, "a slot");

void lbr_session_hash(const struct lbr_portal_key *key, const unsigned char id[LBR_SESSION_ID_LEN], unsigned char ret[32])
{
	lbr_portal_mac(key->id, id, LBR_SESSION_ID_LEN, ret);
}

void lbr_site_id(const struct lbr_portal_key *key, const char *origin, unsigned char ret[LBR_SITE_ID_LEN])
{
	unsigned char mac[LBR_PORTAL_MAC_LEN];

	lbr_portal_mac(key->id, origin, strlen(origin), mac);
	memcpy(ret, mac, LBR_SITE_ID_LEN);
}

/* Over the slot's number and all of its bytes before the MAC. */
static void mac_of(const struct lbr_portal_key *key, uint32_t index, const unsigned char *slot,
                   unsigned char ret[LBR_PORTAL_MAC_LEN])
{
	unsigned char input[4 + AT_MAC];

	lbr_big_endian_put(input, 4, index);
	memcpy(input + 4, slot, AT_MAC);
	lbr_portal_mac(key->slot, input, sizeof(input), ret);
}

static void put_time(unsigned char *slot, size_t at, int64_t time_s)
{
	lbr_big_endian_put(slot + at, 8, (uint64_t)time_s);
}

static int64_t get_time(const unsigned char *slot, size_t at)
{
	return (int64_t)lbr_big_endian_get(slot + at, 8);
}

static void put_address(unsigned char *at, const char *text)
{
	if (inet_pton(AF_INET, text, at + 1) == 1)
		at[0] = 4;
	else if (inet_pton(AF_INET6, text, at + 1) == 1)
		at[0] = 6;
	else
		memset(at, 0, 1 + ADDRESS_LEN);
}

static void get_address(const unsigned char *at, char ret[LBR_SESSION_ADDRESS_MAX])
{
	if (at[0] == 0 || inet_ntop(at[0] == 4 ? AF_INET : AF_INET6, at + 1, ret, LBR_SESSION_ADDRESS_MAX) == NULL)
		memcpy(ret, "-", 2);
}

void lbr_session_slot_put(const struct lbr_portal_key *key, uint32_t index, const unsigned char hash[32],
                          const struct lbr_web_session *session, unsigned char slot[LBR_SESSION_SLOT_LEN])
{
	unsigned char bytes[LBR_SESSION_SLOT_LEN] = { 0 };

	bytes[AT_VERSION] = LBR_SESSIONS_VERSION;
	bytes[AT_LANGUAGE] = (unsigned char)session->language;
	bytes[AT_CODES] = (unsigned char)session->codes_left;
	bytes[AT_USER_LEN] = (unsigned char)strnlen(session->user, LBR_SESSION_USER_MAX);
	memcpy(bytes + AT_HASH, hash, 32);
	memcpy(bytes + AT_SITE, session->site, LBR_SITE_ID_LEN);
	memcpy(bytes + AT_STANDING, session->standing, LBR_STANDING_LEN);
	put_time(bytes, AT_BORN, session->born_s);
	put_time(bytes, AT_SEEN, session->seen_s);
	put_time(bytes, AT_EXPIRES, session->expires_s);
	put_time(bytes, AT_CHANGEABLE, session->changeable_s);
	put_time(bytes, AT_LAST, session->last_sign_in_s);
	memcpy(bytes + AT_USER, session->user, bytes[AT_USER_LEN]);
	memcpy(bytes + AT_FAMILY, session->family, LBR_FAMILY_LEN);
	put_address(bytes + AT_ADDRESS, session->address);
	mac_of(key, index, bytes, bytes + AT_MAC);
	memcpy(slot, bytes, LBR_SESSION_SLOT_LEN);
}

uint8_t lbr_session_slot_version(const unsigned char slot[LBR_SESSION_SLOT_LEN])
{
	return slot[AT_VERSION];
}

static bool is_empty(const unsigned char *slot)
{
	return sodium_is_zero(slot, LBR_SESSION_SLOT_LEN) == 1;
}

enum lbr_slot_state lbr_session_slot_get(const struct lbr_portal_key *key, uint32_t index,
                                         const unsigned char slot[LBR_SESSION_SLOT_LEN],
                                         unsigned char ret_hash[32], struct lbr_web_session *ret)
{
	unsigned char mac[LBR_PORTAL_MAC_LEN];

	memset(ret, 0, sizeof(*ret));
	memset(ret_hash, 0, 32);
	if (is_empty(slot))
		return LBR_SLOT_EMPTY;
	mac_of(key, index, slot, mac);
	if (!lbr_bytes_equal(mac, slot + AT_MAC, sizeof(mac)))
		return LBR_SLOT_DAMAGED;
	if (slot[AT_VERSION] != LBR_SESSIONS_VERSION)
		return LBR_SLOT_FOREIGN;
	if (slot[AT_USER_LEN] > LBR_SESSION_USER_MAX)
		return LBR_SLOT_DAMAGED;
	memcpy(ret_hash, slot + AT_HASH, 32);
	ret->language = slot[AT_LANGUAGE] == LBR_LANGUAGE_FR ? LBR_LANGUAGE_FR : LBR_LANGUAGE_EN;
	ret->codes_left = slot[AT_CODES];
	memcpy(ret->site, slot + AT_SITE, LBR_SITE_ID_LEN);
	memcpy(ret->standing, slot + AT_STANDING, LBR_STANDING_LEN);
	ret->born_s = get_time(slot, AT_BORN);
	ret->seen_s = get_time(slot, AT_SEEN);
	ret->expires_s = get_time(slot, AT_EXPIRES);
	ret->changeable_s = get_time(slot, AT_CHANGEABLE);
	ret->last_sign_in_s = get_time(slot, AT_LAST);
	memcpy(ret->user, slot + AT_USER, slot[AT_USER_LEN]);
	memcpy(ret->family, slot + AT_FAMILY, LBR_FAMILY_LEN);
	get_address(slot + AT_ADDRESS, ret->address);
	return LBR_SLOT_TAKEN;
}
