/* The only type that holds a secret: a password, a code, a key. It has a fixed size, is always wiped by its whole capacity, and
 * is never reallocated or printed. Any other buffer that briefly holds secret bytes (a frame, a hash buffer) is wiped by its
 * capacity with lbr_wipe() on every path.
 */
#ifndef LIBERATIONS_SECRET_H
#define LIBERATIONS_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include <liberations/error.h>

#define LBR_SECRET_MAX 512 /* bytes; PAM_MAX_RESP_SIZE, and libxcrypt's CRYPT_MAX_PASSPHRASE_SIZE */

struct lbr_secret {
	size_t len;                     /* bytes in use, without the closing NUL */
	char   bytes[LBR_SECRET_MAX + 1]; /* always NUL-terminated */
};

/* Overwrites `size` bytes at `memory` in a way that no compiler optimises away (explicit_bzero(3)). NULL is allowed with 0. */
void lbr_wipe(void *memory, size_t size);

/* Wipes the whole capacity; afterwards the secret is the empty string. NULL is allowed. */
void lbr_secret_wipe(struct lbr_secret *secret);

/* Wipes `secret`, then copies `len` bytes into it; `bytes` must lie outside it.
 * LBR_ERR_RANGE: more than LBR_SECRET_MAX. LBR_ERR_SYNTAX: a NUL among them. On failure the secret is empty. */
enum lbr_error lbr_secret_set(struct lbr_secret *secret, const void *bytes, size_t len);

/* Returns true if both hold the same bytes, in a time that depends neither on content nor on length. */
bool lbr_secret_equal(const struct lbr_secret *one, const struct lbr_secret *other);

/* Returns true if the `len` bytes at both places are equal, in a time that does not depend on the content. */
bool lbr_bytes_equal(const void *one, const void *other, size_t len);

#endif
