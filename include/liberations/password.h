/* Password hashing: yescrypt through libxcrypt's reentrant functions, nothing that truncates. */
#ifndef LIBERATIONS_PASSWORD_H
#define LIBERATIONS_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include <liberations/account.h>
#include <liberations/error.h>
#include <liberations/secret.h>
#include <liberations/settings.h>

#define LBR_PASSWORD_MAX_BYTES 480
#define LBR_PASSWORD_MAX_POINTS 128
#define LBR_COST_MAX 11 /* of a hash that is accepted; the policy ends at LBR_COST_POLICY_MAX */

/* From now on each hash of this process is made between `begin` and `end`, which may not fail (hash_memory.h). To be called
 * before the first hash and the first thread. */
void lbr_password_use_memory(void (*begin)(void), void (*end)(void));

/* Writes the form that is hashed: NFC (libunistring); bytes that are not UTF-8 are kept as they are.
 * LBR_ERR_RANGE: the result exceeds LBR_PASSWORD_MAX_BYTES. LBR_ERR_MEMORY. `ret` is empty on failure. */
enum lbr_error lbr_password_normalise(const struct lbr_secret *typed, struct lbr_secret *ret);

/* Number of code points; a byte that is not part of valid UTF-8 counts as one. */
size_t lbr_password_points(const struct lbr_secret *password);

/* Hashes with yescrypt at `cost` (LBR_COST_MIN to LBR_COST_MAX), a fresh 16-byte salt from lbr_random. `ret` is "" on
 * failure. LBR_ERR_RANGE: cost, or an empty password. LBR_ERR_SYSTEM: randomness or libxcrypt. Takes a normalised
 * password. */
enum lbr_error lbr_password_hash(const struct lbr_secret *password, unsigned cost, char ret[LBR_HASH_MAX]);

/* The same judgement where "does not match" is the answer that lets pass (the history): `*ret` is true unless one hash was
 * really computed and differs. LBR_ERR_SYSTEM: libxcrypt could not hash (no memory ...); LBR_ERR_DAMAGED: `hash` is no allowed
 * hash. */
enum lbr_error lbr_password_compare(const struct lbr_secret *password, const char *hash, bool *ret);

/* True only if `hash` is a whole, allowed hash ($y$, $gy$, $6$, at a cost that a sign-in can bear; crypt_checksalt(3)) and
 * `password` hashes to exactly it; a NULL or failure token from libxcrypt never matches. Costs one hash even if `hash` is
 * none (the decoy's setting is used then). Takes a normalised password. */
bool lbr_password_matches(const struct lbr_secret *password, const char *hash);

/* Writes a well-formed yescrypt hash of `cost` whose password nobody knows: for decoys. No hashing is done. Errors as
 * lbr_random. */
enum lbr_error lbr_password_decoy(unsigned cost, char ret[LBR_HASH_MAX]);

/* True if `hash` was made by an older method or at a lower cost than the policy's. A dearer one stays: whoever still has an
 * older policy in mind must not make hashes cheaper again. */
bool lbr_password_is_outdated(const char *hash, unsigned cost);

#endif
