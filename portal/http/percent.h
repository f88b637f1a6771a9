/* Percent-encoding, strictly: application/x-www-form-urlencoded. */
#ifndef PORTAL_PERCENT_H
#define PORTAL_PERCENT_H

#include <stddef.h>

#include <liberations/error.h>

/* Decodes `len` bytes into `ret` (`size` bytes with the NUL): '+' is a blank, "%XX" a byte, everything else itself. `*ret_len`:
 * bytes written. LBR_ERR_SYNTAX: a '%' without two hex digits, a NUL, encoded or not. LBR_ERR_RANGE: too long. On failure `ret`
 * is wiped. */
enum lbr_error lbr_percent_decode(const char *bytes, size_t len, char *ret, size_t size, size_t *ret_len);

#endif
