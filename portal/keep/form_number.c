/* The number in each form, and the browser's cookie. */
#include "form_number.h"

#include <string.h>

#include <liberations/big_endian.h>
#include <liberations/secret.h>

#include "base64url_bytes.h"

#define MAC_LEN 16
#define BROWSER_TEXT (LBR_FORM_COOKIE_BROWSER / 3 * 4) /* whole groups of characters */

_Static_assert(LBR_BASE64URL_SIZE(LBR_FORM_COOKIE_RANDOM + MAC_LEN) == LBR_FORM_COOKIE_TEXT, "a cookie");
_Static_assert(LBR_BASE64URL_SIZE(LBR_FORM_NUMBER_RANDOM + MAC_LEN) == LBR_FORM_NUMBER_TEXT, "a number");

static void cookie_mac(const struct lbr_portal_key *key, const unsigned char *random, unsigned char ret[LBR_PORTAL_MAC_LEN])
{
	unsigned char input[1 + LBR_FORM_COOKIE_RANDOM] = { 'c' };

	memcpy(input + 1, random, LBR_FORM_COOKIE_RANDOM);
	lbr_portal_mac(key->form, input, sizeof(input), ret);
}

void lbr_form_cookie_make(const struct lbr_portal_key *key, const unsigned char random[LBR_FORM_COOKIE_RANDOM],
                          char ret[LBR_FORM_COOKIE_TEXT])
{
	unsigned char bytes[LBR_FORM_COOKIE_RANDOM + MAC_LEN], mac[LBR_PORTAL_MAC_LEN];

	memcpy(bytes, random, LBR_FORM_COOKIE_RANDOM);
	cookie_mac(key, random, mac);
	memcpy(bytes + LBR_FORM_COOKIE_RANDOM, mac, MAC_LEN);
	lbr_base64url_put(bytes, sizeof(bytes), ret);
}

bool lbr_form_cookie_is_ours(const struct lbr_portal_key *key, const char *cookie)
{
	unsigned char bytes[LBR_FORM_COOKIE_RANDOM + MAC_LEN], mac[LBR_PORTAL_MAC_LEN];

	if (!lbr_base64url_get(cookie, bytes, sizeof(bytes)))
		return false;
	cookie_mac(key, bytes, mac);
	return lbr_bytes_equal(mac, bytes + LBR_FORM_COOKIE_RANDOM, MAC_LEN);
}

void lbr_form_cookie_renew(const struct lbr_portal_key *key, const char *cookie, const unsigned char random[LBR_FORM_COOKIE_RANDOM],
                           char ret[LBR_FORM_COOKIE_TEXT])
{
	unsigned char bytes[LBR_FORM_COOKIE_RANDOM + MAC_LEN], mixed[LBR_FORM_COOKIE_RANDOM];

	memcpy(mixed, random, sizeof(mixed));
	if (lbr_base64url_get(cookie, bytes, sizeof(bytes)))
		memcpy(mixed, bytes, LBR_FORM_COOKIE_BROWSER);
	lbr_form_cookie_make(key, mixed, ret);
}

static void hash_part(const struct lbr_portal_key *key, unsigned char kind, const char *cookie, size_t len,
                      unsigned char ret[LBR_PORTAL_MAC_LEN])
{
	unsigned char input[1 + LBR_FORM_COOKIE_TEXT] = { kind };

	memcpy(input + 1, cookie, strnlen(cookie, len));
	lbr_portal_mac(key->form, input, sizeof(input), ret);
}

void lbr_form_cookie_browser(const struct lbr_portal_key *key, const char *cookie, unsigned char ret[LBR_PORTAL_MAC_LEN])
{
	hash_part(key, 'b', cookie, BROWSER_TEXT, ret);
}

void lbr_form_cookie_hash(const struct lbr_portal_key *key, const char *cookie, unsigned char ret[LBR_PORTAL_MAC_LEN])
{
	hash_part(key, 'h', cookie, LBR_FORM_COOKIE_TEXT - 1, ret);
}

/* The cookie has one length, so the parts cannot be read in another way. */
static bool number_mac(const struct lbr_portal_key *key, const char *cookie, unsigned place, const unsigned char *random,
                       unsigned char ret[LBR_PORTAL_MAC_LEN])
{
	unsigned char input[1 + 4 + LBR_FORM_NUMBER_RANDOM + BROWSER_TEXT] = { 'n' };

	if (strlen(cookie) != LBR_FORM_COOKIE_TEXT - 1)
		return false;
	lbr_big_endian_put(input + 1, 4, place);
	memcpy(input + 5, random, LBR_FORM_NUMBER_RANDOM);
	memcpy(input + 5 + LBR_FORM_NUMBER_RANDOM, cookie, BROWSER_TEXT);
	lbr_portal_mac(key->form, input, sizeof(input), ret);
	return true;
}

void lbr_form_number_make(const struct lbr_portal_key *key, const char *cookie, unsigned place,
                          const unsigned char random[LBR_FORM_NUMBER_RANDOM], char ret[LBR_FORM_NUMBER_TEXT])
{
	unsigned char bytes[LBR_FORM_NUMBER_RANDOM + MAC_LEN], mac[LBR_PORTAL_MAC_LEN];

	memset(ret, 0, LBR_FORM_NUMBER_TEXT);
	memcpy(bytes, random, LBR_FORM_NUMBER_RANDOM);
	if (!number_mac(key, cookie, place, random, mac))
		return;
	memcpy(bytes + LBR_FORM_NUMBER_RANDOM, mac, MAC_LEN);
	lbr_base64url_put(bytes, sizeof(bytes), ret);
}

bool lbr_form_number_is_ours(const struct lbr_portal_key *key, const char *cookie, unsigned place, const char *number)
{
	unsigned char bytes[LBR_FORM_NUMBER_RANDOM + MAC_LEN], mac[LBR_PORTAL_MAC_LEN];

	return lbr_form_cookie_is_ours(key, cookie) && lbr_base64url_get(number, bytes, sizeof(bytes)) &&
	       number_mac(key, cookie, place, bytes, mac) && lbr_bytes_equal(mac, bytes + LBR_FORM_NUMBER_RANDOM, MAC_LEN);
}

uint32_t lbr_form_number_question(const char *number)
{
	unsigned char bytes[LBR_FORM_NUMBER_RANDOM + MAC_LEN];

	return lbr_base64url_get(number, bytes, sizeof(bytes)) ? (uint32_t)lbr_big_endian_get(bytes, 4) : 0;
}
