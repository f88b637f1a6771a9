/* Whom a sign-in at the portal's own host is for. */
#include "destination.h"

#include <string.h>

#include <sodium.h>

#include <liberations/secret.h>

#define GO_MAC_LEN 16
#define GO_BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

_Static_assert(sodium_base64_ENCODED_LEN(LBR_GO_COOKIE_RANDOM + GO_MAC_LEN, GO_BASE64) == LBR_GO_COOKIE_TEXT, "a cookie");
_Static_assert(sodium_base64_ENCODED_LEN(sizeof(struct lbr_destination), GO_BASE64) == LBR_DESTINATION_TEXT, "a destination");

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
	(void)sodium_bin2base64(ret, LBR_GO_COOKIE_TEXT, bytes, sizeof(bytes), GO_BASE64);
}

/* Exactly `len` bytes of base64url, and in no second spelling. */
static bool decode(const char *text, unsigned char *ret, size_t len)
{
	size_t got;

	return sodium_base642bin(ret, len, text, strlen(text), NULL, &got, NULL, GO_BASE64) == 0 && got == len;
}

bool lbr_go_cookie_hash(const struct lbr_portal_key *key, const char *cookie, unsigned char ret[LBR_PORTAL_MAC_LEN])
{
	unsigned char bytes[LBR_GO_COOKIE_RANDOM + GO_MAC_LEN], mac[LBR_PORTAL_MAC_LEN];

	memset(ret, 0, LBR_PORTAL_MAC_LEN);
	if (!decode(cookie, bytes, sizeof(bytes)))
		return false;
	go_mac(key, 'g', bytes, mac);
	if (!lbr_bytes_equal(mac, bytes + LBR_GO_COOKIE_RANDOM, GO_MAC_LEN))
		return false;
	go_mac(key, 'G', bytes, ret);
	return true;
}

void lbr_destination_put(const struct lbr_destination *destination, char ret[LBR_DESTINATION_TEXT])
{
	(void)sodium_bin2base64(ret, LBR_DESTINATION_TEXT, (const unsigned char *)destination, sizeof(*destination), GO_BASE64);
}

bool lbr_destination_get(const char *text, struct lbr_destination *ret)
{
	if (decode(text, (unsigned char *)ret, sizeof(*ret)))
		return true;
	memset(ret, 0, sizeof(*ret));
	return false;
}
