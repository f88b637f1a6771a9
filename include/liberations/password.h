/* Password hashing: yescrypt through libxcrypt's reentrant functions, without any truncation. */
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
#define LBR_COST_MAX 11 /* highest cost of an accepted hash; the policy goes up to LBR_COST_POLICY_MAX */

/* Makes this process compute each later hash between `begin` and `end` (hash_memory.h), which must not fail and may be nested.
 * `most`: how many bytes the largest hash until `end` needs; 0: not known. Call it before the first hash and the first thread. */
void lbr_password_use_memory(void (*begin)(size_t most), void (*end)(void));

/* Between these two calls, this thread keeps the memory of a hash of `cost` (LBR_COST_MIN to LBR_COST_MAX; else none), and hashes
 * of that cost or less compute in it. A hash that gets none of it takes its own, so neither call can fail. */
void lbr_hashes_begin(unsigned cost);
void lbr_hashes_end(void);

/* Writes the form to be hashed: NFC (libunistring); bytes that are not UTF-8 are kept unchanged.
 * LBR_ERR_RANGE: the result exceeds LBR_PASSWORD_MAX_BYTES. LBR_ERR_MEMORY. `ret` is empty on failure. */
enum lbr_error lbr_password_normalise(const struct lbr_secret *typed, struct lbr_secret *ret);

/* Returns the number of code points; a byte that is not part of valid UTF-8 counts as one. */
size_t lbr_password_points(const struct lbr_secret *password);

/* Hashes a normalised password with yescrypt at `cost` (LBR_COST_MIN to LBR_COST_MAX) and a fresh 16-byte salt from lbr_random.
 * `ret` is "" on failure. LBR_ERR_RANGE: the cost, or an empty password. LBR_ERR_SYSTEM: randomness or libxcrypt. */
enum lbr_error lbr_password_hash(const struct lbr_secret *password, unsigned cost, char ret[LBR_HASH_MAX]);

/* Writes a temporary password, in whatever case and with whatever blanks and dashes it was typed, as lbr_random_password writes it;
 * anything else unchanged. For accounts whose password is temporary alone: one of a person's own is compared as it was typed. */
void lbr_password_read_temporary(const struct lbr_secret *typed, struct lbr_secret *ret);

/* Compares as lbr_password_matches does, for callers that accept on "no match" (the history): `*ret` is true unless a hash was
 * really computed and differs. LBR_ERR_SYSTEM: libxcrypt could not hash (no memory ...). LBR_ERR_DAMAGED: `hash` is not an
 * allowed hash. */
enum lbr_error lbr_password_compare(const struct lbr_secret *password, const char *hash, bool *ret);

/* Returns true only if `hash` is a complete, allowed hash ($y$, $gy$, $6$, at a cost that a sign-in can afford;
 * crypt_checksalt(3)) and the normalised `password` hashes to exactly that; a NULL or failure token from libxcrypt never matches.
 *
 * Does the work of one hash at the policy's `cost` in the memory of one, whatever `hash` is: after a cheaper one it hashes decoys
 * until the sum is the same. One that is not valid, or cannot be tried, counts for nothing. A more expensive one cannot be
 * hidden. */
bool lbr_password_matches(const struct lbr_secret *password, const char *hash, unsigned cost);

/* The same, and writes what was made of `password` with the salt of `hash`: as secret as `hash`, and as long to compute. "":
 * nothing was. The caller wipes it. */
bool lbr_password_try(const struct lbr_secret *password, const char *hash, unsigned cost, char ret_made[LBR_HASH_MAX]);

/* Writes a well-formed yescrypt hash of `cost` whose password is unknown, for decoys. Computes no hash. Errors as
 * lbr_random. */
enum lbr_error lbr_password_decoy(unsigned cost, char ret[LBR_HASH_MAX]);

/* Returns true if an account may have this hash: it is printable, has its full length, uses an allowed method ($y$, $gy$, $6$) at a
 * bounded cost, and is valid to crypt_checksalt(3). */
bool lbr_password_can_serve(const char *hash);

/* Returns true if `hash` uses an older method or a lower cost than the policy's. A more expensive hash is kept, so that a process
 * with an older policy cannot make hashes cheaper again. */
bool lbr_password_is_outdated(const char *hash, unsigned cost);

#endif
