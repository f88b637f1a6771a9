/* Integers as bytes, most significant byte first, as the wire and the store use them. */
#ifndef LIBERATIONS_BIG_ENDIAN_H
#define LIBERATIONS_BIG_ENDIAN_H

#include <stddef.h>
#include <stdint.h>

/* Writes the lowest `len` (0 to 8) bytes of `value`. */
void lbr_big_endian_put(unsigned char *ret, size_t len, uint64_t value);

/* Reads `len` (0 to 8) bytes. */
uint64_t lbr_big_endian_get(const unsigned char *bytes, size_t len);

#endif
