/* The form that a stored hash must have before it is passed to libxcrypt. */
#ifndef LIB_PASSWORD_FORM_H
#define LIB_PASSWORD_FORM_H

#include <stdbool.h>

#include <liberations/account.h>
#include <liberations/error.h>
#include <liberations/secret.h>

#define LBR_HASH_PREFIX "$y$" /* of every new hash: yescrypt */

/* How much work `hash`, which is allowed, takes, in units of the cheapest yescrypt; each step of its cost doubles it. */
unsigned lbr_hash_work(const char *hash);

/* As lbr_password_compare; also writes what was made, "" if nothing was. The caller wipes it. */
enum lbr_error lbr_password_make(const struct lbr_secret *password, const char *hash, bool *ret, char ret_made[LBR_HASH_MAX]);

/* Computes one hash at `cost`, of nothing that matters. */
void lbr_hash_decoy(unsigned cost);

#endif
