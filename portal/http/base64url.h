/* The alphabet of all that we hand out: A-Z a-z 0-9 - _ */
#ifndef PORTAL_BASE64URL_H
#define PORTAL_BASE64URL_H

#include <stdbool.h>
#include <stddef.h>

/* Returns true if the next `len` bytes are characters of base64url. */
bool lbr_is_base64url(const char *bytes, size_t len);

#endif
