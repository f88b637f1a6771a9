/* The seal key: it proves that a stored record is genuine, whole and in its place, and it encrypts the token at rest.
 *
 * The key file (`/etc/liberations/seal.key`, root:_liberations 0640) holds one key a line, "ID HEX", ID 8 lower-case hex
 * digits, HEX 64 of them; the first line is the key in force, the others still open what was sealed with them. Comments begin
 * with '#'. Subkeys (MAC, AEAD, decoy choice) are derived with crypto_kdf_derive_from_key (libsodium).
 */
#ifndef LIBERATIONS_KEYRING_H
#define LIBERATIONS_KEYRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/error.h>
#include <liberations/secret.h>

#define LBR_KEY_ID_LEN 8
#define LBR_KEYRING_KEYS_MAX 16
#define LBR_MAC_LEN 32
#define LBR_TOKEN_KEY_LEN 64   /* bytes of a token's secret in memory: a block of HMAC-SHA-1, filled with zeros (RFC 2104) */
#define LBR_TOKEN_SHORT_LEN 20 /* bytes of one that is drawn here: 160 bits. Only an imported one can be longer */
#define LBR_SEALED_NONCE_LEN 24 /* random, the first of its bytes */
#define LBR_SEALED_SHORT_LEN (LBR_SEALED_NONCE_LEN + LBR_TOKEN_SHORT_LEN + 16) /* nonce, secret, tag */
#define LBR_SEALED_LEN (LBR_SEALED_NONCE_LEN + LBR_TOKEN_KEY_LEN + 16)

struct lbr_keyring; /* the keys; opaque */

struct lbr_sealed {
	char          key_id[LBR_KEY_ID_LEN + 1];
	bool          is_long; /* all of the bytes count; else the first LBR_SEALED_SHORT_LEN, and the others are zero */
	unsigned char bytes[LBR_SEALED_LEN];
};

/* Reads the key file. It must be a regular file with one link, owned by root or the effective user, not writable by its group,
 * without any access for others, and not reached through a symbolic link.
 * `*ret` is NULL on failure, else the caller frees it. LBR_ERR_ABSENT, _UNSAFE, _SYNTAX, _SYSTEM, _MEMORY. */
enum lbr_error lbr_keyring_load(const char *path, struct lbr_keyring **ret, struct lbr_reason *reason);

/* Wipes and frees. NULL is allowed. */
void lbr_keyring_free(struct lbr_keyring *keyring);

/* Writes a new key line, "ID HEX\n" (with a closing NUL), into `line`, LBR_KEY_LINE_MAX bytes. The caller wipes it.
 * Errors as lbr_random. */
#define LBR_KEY_LINE_MAX 80
enum lbr_error lbr_keyring_new_line(char line[LBR_KEY_LINE_MAX]);

/* Returns the id of the key in force, valid as long as the keyring. */
const char *lbr_keyring_id(const struct lbr_keyring *keyring);

/* Returns how many keys there are, and the id of one of them; 0 is the key in force. */
size_t lbr_keyring_count(const struct lbr_keyring *keyring);
const char *lbr_keyring_id_at(const struct lbr_keyring *keyring, size_t at);

/* Writes all ids, the one in force first, with commas between. */
#define LBR_KEYRING_IDS_MAX (LBR_KEYRING_KEYS_MAX * (LBR_KEY_ID_LEN + 1))
void lbr_keyring_ids(const struct lbr_keyring *keyring, char ret[LBR_KEYRING_IDS_MAX]);

/* Puts another of its keys in force, as a store that many hosts share demands. LBR_ERR_ABSENT: the keyring lacks it, and stays as
 * it was. */
enum lbr_error lbr_keyring_put_in_force(struct lbr_keyring *keyring, const char *id);

/* Returns true while the file that was loaded is still the key file: it was not replaced, changed or removed. A process
 * that holds older keys must write no record, since its key may be about to be retired. */
bool lbr_keyring_is_current(const struct lbr_keyring *keyring);

/* Returns true if the keyring holds a key with that id. Ids are public: the time that it takes may depend on the id. */
bool lbr_keyring_has(const struct lbr_keyring *keyring, const char *id);

/* Computes the MAC over (kind, name, content), each with its length: keyed BLAKE2b-256. `kind` is one word ("account",
 * "counters", "history", "recovery"), so a record moved to another place or account does not verify.
 * `key_id` NULL means the key in force. LBR_ERR_ABSENT: no such key id; `ret` is then zero. */
enum lbr_error lbr_keyring_mac(const struct lbr_keyring *keyring, const char *key_id, const char *kind, const char *name,
                            const void *content, size_t len, unsigned char ret[LBR_MAC_LEN]);

/* A record that leaves this host: sealed whole (XChaCha20-Poly1305, fresh nonce) for its kind, name, generation and set of
 * accounts. */
#define LBR_ENVELOPE_MORE (LBR_KEY_ID_LEN + LBR_SEALED_NONCE_LEN + 16) /* bytes that it has more than its content: id, nonce, tag */
#define LBR_REALM_LEN 16
struct lbr_envelope_place {
	const unsigned char *realm; /* LBR_REALM_LEN bytes: of which set of accounts */
	const char          *kind;  /* one word, as of lbr_keyring_mac */
	const char          *name;
	uint64_t             generation; /* an older record in its place does not open; 0: it has none */
};

/* Seals `len` bytes under the key in force; writes len + LBR_ENVELOPE_MORE bytes to `ret`. Errors as lbr_random. */
enum lbr_error lbr_envelope_seal(const struct lbr_keyring *keyring, const struct lbr_envelope_place *place, const void *content,
                                 size_t len, unsigned char *ret);

/* Opens one of `len` bytes; writes len - LBR_ENVELOPE_MORE bytes to `ret`. LBR_ERR_ABSENT: the keyring lacks its key; the
 * reason names it. LBR_ERR_DAMAGED: forged, or of another place. On failure `ret` is zero. */
enum lbr_error lbr_envelope_open(const struct lbr_keyring *keyring, const struct lbr_envelope_place *place,
                                 const unsigned char *sealed, size_t len, void *ret, struct lbr_reason *reason);

/* Returns which of the 256 decoys takes the place of an unknown name: a keyed hash, the same at every attempt. */
uint8_t lbr_keyring_decoy(const struct lbr_keyring *keyring, const char *name);

/* Returns how many of its bytes count. */
size_t lbr_sealed_len(const struct lbr_sealed *sealed);

/* Returns true if the secret has more than LBR_TOKEN_SHORT_LEN bytes: another one than zero behind them. */
bool lbr_token_is_long(const unsigned char key[LBR_TOKEN_KEY_LEN]);

/* Seals a token's secret for one account (XChaCha20-Poly1305, fresh nonce, lbr_account_keyed_name as associated data). How long
 * the result is tells whether the secret is a long one, and no more. Errors as lbr_random. */
enum lbr_error lbr_token_seal(const struct lbr_keyring *keyring, const char *name, const unsigned char key[LBR_TOKEN_KEY_LEN],
                             struct lbr_sealed *ret);

/* Seals it again under the key in force. The nonce stays, by which an account is known to be the same; it was drawn for this token
 * alone. Errors as lbr_token_unseal; `sealed` then stays as it is. */
enum lbr_error lbr_token_reseal(const struct lbr_keyring *keyring, const char *name, struct lbr_sealed *sealed);

/* Unseals it. LBR_ERR_ABSENT: the keyring lacks the key that sealed it. LBR_ERR_DAMAGED: forged, or another account's.
 * `ret` is zero on failure; the caller wipes it. */
enum lbr_error lbr_token_unseal(const struct lbr_keyring *keyring, const char *name, const struct lbr_sealed *sealed,
                             unsigned char ret[LBR_TOKEN_KEY_LEN]);

#endif
