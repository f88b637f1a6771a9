/* Bytes as base64url without padding: how all that a browser keeps for us is written. */
#ifndef PORTAL_BASE64URL_BYTES_H
#define PORTAL_BASE64URL_BYTES_H

#include <stdbool.h>
#include <stddef.h>

#include <sodium.h>

#define LBR_BASE64URL sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define LBR_BASE64URL_SIZE(LEN) sodium_base64_ENCODED_LEN(LEN, LBR_BASE64URL) /* with the NUL */

/* Writes `len` bytes; `ret` has room for LBR_BASE64URL_SIZE(len). */
void lbr_base64url_put(const void *bytes, size_t len, char *ret);

/* Reads exactly `len` bytes, and takes no second spelling. False: the text is anything else; `ret` is then wiped. */
bool lbr_base64url_get(const char *text, void *ret, size_t len);

#endif
