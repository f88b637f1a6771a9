/* What a stored hash may look like, before libxcrypt is asked to work with it. */
#ifndef LIB_PASSWORD_FORM_H
#define LIB_PASSWORD_FORM_H

#include <stdbool.h>

#define LBR_HASH_PREFIX "$y$" /* of every hash that we make: yescrypt */

/* True if `hash` is printable, whole in length, of an allowed method ($y$, $gy$, $6$) at a bounded cost, and well-formed
 * to crypt_checksalt(3). */
bool lbr_hash_is_allowed(const char *hash);

#endif
