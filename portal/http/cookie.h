/* Our cookies in a Cookie field that other applications fill too. */
#ifndef PORTAL_COOKIE_H
#define PORTAL_COOKIE_H

#include <stddef.h>

#include <liberations/error.h>

#define LBR_COOKIE_SESSION "__Host-liberations"
#define LBR_COOKIE_FORM "__Host-liberations-form"
#define LBR_COOKIE_LANGUAGE "__Host-liberations-language"
#define LBR_COOKIE_GO "__Host-liberations-go"
#define LBR_COOKIE_SESSION_LEN 43 /* 32 bytes in base64url */
#define LBR_COOKIE_FORM_LEN 64    /* 32 bytes and their MAC of 16 */
#define LBR_COOKIE_GO_LEN 64      /* the same */

/* Finds the one cookie called `name` in the field's value; the others may hold anything. Its value must be `len` characters of
 * base64url (A-Z a-z 0-9 - _), without quotation marks. LBR_ERR_ABSENT: there is none, or its value has another form; `ret`
 * (`len` + 1 bytes) is then "". LBR_ERR_SYNTAX: there are two, so one of them was planted; refuse the request. */
enum lbr_error lbr_cookie_find(const char *field, const char *name, size_t len, char *ret);

#endif
