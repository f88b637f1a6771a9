/* The only source of randomness. */
#ifndef LIBERATIONS_RANDOM_H
#define LIBERATIONS_RANDOM_H

#include <stddef.h>

#include <liberations/error.h>

/* Fills `len` bytes (1 to 256) from getrandom(2), retrying after EINTR and short reads.
 * LBR_ERR_SYSTEM: the kernel returned none; the output is then all zero and must not be used. LBR_ERR_RANGE: `len`. */
enum lbr_error lbr_random(void *bytes, size_t len);

/* The form of temporary passwords: without i, l, o, 0 and 1, which are hard to tell apart in print. */
#define LBR_TEMPORARY_CHARS "abcdefghjkmnpqrstuvwxyz23456789"
#define LBR_TEMPORARY_GROUPS 4
#define LBR_TEMPORARY_GROUP_LEN 5

/* Draws a temporary password: 4 groups of 5 characters without look-alikes, joined by '-': 20 of 31 characters, 99 bits.
 * `ret` is empty on failure. Errors as lbr_random. */
struct lbr_secret;
enum lbr_error lbr_random_password(struct lbr_secret *ret);

#endif
