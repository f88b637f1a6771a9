/* Whom a sign-in at the portal's own host is for. */
#include "destination.h"

#include <string.h>

#include <liberations/secret.h>

#include "base64url_bytes.h"

#define GO_MAC_LEN 16

_Static_assert(LBR_BASE64URL_SIZE(LBR_GO_COOKIE_RANDOM + GO_MAC_LEN) == LBR_GO_COOKIE_TEXT, "a cookie");
_Static_assert(LBR_BASE64URL_SIZE(sizeof(struct lbr_destination)) == LBR_DESTINATION_TEXT, "a destination");

/* The kinds of input to the key of the forms begin with different bytes. */
static void go_mac(const struct lbr_portal_key *key, unsigned char kind, const unsigned char *random,
                   unsigned char ret[LBR_PORTAL_MAC_LEN])
{
	unsigned char input[1 + LBR_GO_COOKIE_RANDOM] = { kind };

	memcpy(input + 1, random, LBR_GO_COOKIE_RANDOM);
	lbr_portal_mac(key->form, input, sizeof(input), ret);
}

void lbr_go_cookie_make(const struct lbr_portal_key *key, const unsigned char random[LBR_GO_COOKIE_RANDOM],
                        char ret[LBR_GO_COOKIE_TEXT])
{
	unsigned char bytes[LBR_GO_COOKIE_RANDOM + GO_MAC_LEN], mac[LBR_PORTAL_MAC_LEN];

	memcpy(bytes, random, LBR_GO_COOKIE_RANDOM);
	go_mac(key, 'g', random, mac);
	memcpy(bytes + LBR_GO_COOKIE_RANDOM, mac, GO_MAC_LEN);
	lbr_base64url_put(bytes, sizeof(bytes), ret);
}

bool lbr_go_cookie_hash(const struct lbr_portal_key *key, const char *cookie, unsigned char ret[LBR_PORTAL_MAC_LEN])
{
	unsigned char bytes[LBR_GO_COOKIE_RANDOM + GO_MAC_LEN], mac[LBR_PORTAL_MAC_LEN];

	memset(ret, 0, LBR_PORTAL_MAC_LEN);
	if (!lbr_base64url_get(cookie, bytes, sizeof(bytes)))
		return false;
	go_mac(key, 'g', bytes, mac);
	if (!lbr_bytes_equal(mac, bytes + LBR_GO_COOKIE_RANDOM, GO_MAC_LEN))
		return false;
	go_mac(key, 'G', bytes, ret);
	return true;
}

void lbr_destination_put(const struct lbr_destination *destination, char ret[LBR_DESTINATION_TEXT])
{
	lbr_base64url_put(destination, sizeof(*destination), ret);
}

bool lbr_destination_get(const char *text, struct lbr_destination *ret)
{
	return lbr_base64url_get(text, ret, sizeof(*ret));
}
