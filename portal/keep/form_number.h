/* The number in each form, and the cookie of the browser that it was made for. Both cost no memory: a MAC says that they are
 * ours. Neither bears a date, so a form that stood open over night still works.
 */
#ifndef PORTAL_FORM_NUMBER_H
#define PORTAL_FORM_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "portal_key.h"

#define LBR_FORM_COOKIE_TEXT 65 /* 32 random bytes and a MAC of 16 in base64url, and the NUL */
#define LBR_FORM_NUMBER_TEXT 39 /* 12 random bytes and a MAC of 16 */
#define LBR_FORM_COOKIE_RANDOM 32
#define LBR_FORM_COOKIE_BROWSER 15 /* of those bytes, the first ones stay the browser's */
#define LBR_FORM_NUMBER_RANDOM 12

/* Writes a form cookie from fresh random bytes. */
void lbr_form_cookie_make(const struct lbr_portal_key *key, const unsigned char random[LBR_FORM_COOKIE_RANDOM],
                          char ret[LBR_FORM_COOKIE_TEXT]);

/* Writes the cookie that follows `cookie` in its browser: numbers that were made for either hold for both, but who knows the one
 * does not know the other. `cookie` must be ours. */
void lbr_form_cookie_renew(const struct lbr_portal_key *key, const char *cookie, const unsigned char random[LBR_FORM_COOKIE_RANDOM],
                           char ret[LBR_FORM_COOKIE_TEXT]);

/* Writes what the cookies of one browser have in common, hashed under the key; and what stands for this one cookie alone. */
void lbr_form_cookie_browser(const struct lbr_portal_key *key, const char *cookie, unsigned char ret[LBR_PORTAL_MAC_LEN]);
void lbr_form_cookie_hash(const struct lbr_portal_key *key, const char *cookie, unsigned char ret[LBR_PORTAL_MAC_LEN]);

/* Returns true for a cookie that one of those wrote under this key. */
bool lbr_form_cookie_is_ours(const struct lbr_portal_key *key, const char *cookie);

/* Writes the number of one form on the page `place` (any number that stands for it), for the browser with that cookie. */
void lbr_form_number_make(const struct lbr_portal_key *key, const char *cookie, unsigned place,
                          const unsigned char random[LBR_FORM_NUMBER_RANDOM], char ret[LBR_FORM_NUMBER_TEXT]);

/* Returns true for a number that was made for this browser and page. */
bool lbr_form_number_is_ours(const struct lbr_portal_key *key, const char *cookie, unsigned place, const char *number);

/* Returns what the first four of those random bytes say: which question of a dialogue the form answers. 0: no number. */
uint32_t lbr_form_number_question(const char *number);

#endif
