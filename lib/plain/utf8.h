/* Strict UTF-8 decoding for texts and the grammar. Links libc alone. */
#ifndef LIB_UTF8_H
#define LIB_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Returns the length (1 to 4) of the first character of the NUL-terminated `text`, its code point in `*ret`; 0 for bytes that
 * are not UTF-8 (over-long forms, surrogates, beyond U+10FFFF, truncated) and for the closing NUL. */
size_t lbr_utf8_decode(const char *text, uint32_t *ret);

#endif
