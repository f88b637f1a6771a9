/* What the seal key does: it authenticates records, seals tokens and chooses decoys. */
#include "keyring_parts.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include <liberations/random.h>

#define NONCE_LEN LBR_SEALED_NONCE_LEN

_Static_assert(LBR_SEALED_NONCE_LEN == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES &&
               LBR_SEALED_SHORT_LEN == NONCE_LEN + LBR_TOKEN_SHORT_LEN + crypto_aead_xchacha20poly1305_ietf_ABYTES &&
               LBR_SEALED_LEN == NONCE_LEN + LBR_TOKEN_KEY_LEN + crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "nonce, secret, tag");
_Static_assert(LBR_KEYRING_KEY_LEN == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "one length for every subkey");

const char *lbr_keyring_id(const struct lbr_keyring *keyring)
{
	return keyring->keys[0].id;
}

size_t lbr_keyring_count(const struct lbr_keyring *keyring)
{
	return keyring->count;
}

const char *lbr_keyring_id_at(const struct lbr_keyring *keyring, size_t at)
{
	return keyring->keys[at].id;
}

void lbr_keyring_ids(const struct lbr_keyring *keyring, char ret[LBR_KEYRING_IDS_MAX])
{
	size_t at, len = 0;

	ret[0] = '\0';
	for (at = 0; at < lbr_keyring_count(keyring); at++)
		len += (size_t)snprintf(ret + len, LBR_KEYRING_IDS_MAX - len, "%s%s", at > 0 ? "," : "",
		                        lbr_keyring_id_at(keyring, at));
}

const struct lbr_keyring_key *lbr_keyring_find(const struct lbr_keyring *keyring, const char *id)
{
	size_t i;

	if (id == NULL)
		return &keyring->keys[0];
	for (i = 0; i < keyring->count; i++)
		if (strcmp(keyring->keys[i].id, id) == 0)
			return &keyring->keys[i];
	return NULL;
}

enum lbr_error lbr_keyring_put_in_force(struct lbr_keyring *keyring, const char *id)
{
	struct lbr_keyring_key first = keyring->keys[0];
	size_t at;

	for (at = 0; at < keyring->count; at++)
		if (strcmp(keyring->keys[at].id, id) == 0)
			break;
	if (at == keyring->count)
		return LBR_ERR_ABSENT;
	keyring->keys[0] = keyring->keys[at];
	keyring->keys[at] = first;
	lbr_wipe(&first, sizeof(first));
	return LBR_OK;
}

bool lbr_keyring_has(const struct lbr_keyring *keyring, const char *id)
{
	return lbr_keyring_find(keyring, id) != NULL;
}

static void put_length(unsigned char *bytes, uint64_t len)
{
	int i;

	for (i = 7; i >= 0; i--, len >>= 8)
		bytes[i] = (unsigned char)len;
}

/* The three lengths come first and have a fixed size, so different (kind, name, content) never give the same input. */
enum lbr_error lbr_keyring_mac(const struct lbr_keyring *keyring, const char *key_id, const char *kind, const char *name,
                            const void *content, size_t len, unsigned char ret[LBR_MAC_LEN])
{
	const struct lbr_keyring_key *key = lbr_keyring_find(keyring, key_id);
	crypto_generichash_state state;
	unsigned char lengths[24];
	int failed;

	memset(ret, 0, LBR_MAC_LEN);
	if (key == NULL)
		return LBR_ERR_ABSENT;
	put_length(lengths, strlen(kind));
	put_length(lengths + 8, strlen(name));
	put_length(lengths + 16, len);
	failed = crypto_generichash_init(&state, key->mac, sizeof(key->mac), LBR_MAC_LEN) != 0 ||
	         crypto_generichash_update(&state, lengths, sizeof(lengths)) != 0 ||
	         crypto_generichash_update(&state, (const unsigned char *)kind, strlen(kind)) != 0 ||
	         crypto_generichash_update(&state, (const unsigned char *)name, strlen(name)) != 0 ||
	         crypto_generichash_update(&state, content, len) != 0 ||
	         crypto_generichash_final(&state, ret, LBR_MAC_LEN) != 0;
	lbr_wipe(&state, sizeof(state));
	if (!failed)
		return LBR_OK;
	memset(ret, 0, LBR_MAC_LEN);
	return LBR_ERR_INTERNAL;
}

uint8_t lbr_keyring_decoy(const struct lbr_keyring *keyring, const char *name)
{
	unsigned char hash[crypto_generichash_BYTES_MIN] = {0};

	/* Fails only for wrong lengths, and these are constants; decoy 0 would do as well. */
	if (crypto_generichash(hash, sizeof(hash), (const unsigned char *)name, strlen(name), keyring->keys[0].decoy,
	                       sizeof(keyring->keys[0].decoy)) != 0)
		return 0;
	return hash[0];
}

bool lbr_token_is_long(const unsigned char key[LBR_TOKEN_KEY_LEN])
{
	return sodium_is_zero(key + LBR_TOKEN_SHORT_LEN, LBR_TOKEN_KEY_LEN - LBR_TOKEN_SHORT_LEN) == 0;
}

size_t lbr_sealed_len(const struct lbr_sealed *sealed)
{
	return sealed->is_long ? LBR_SEALED_LEN : LBR_SEALED_SHORT_LEN;
}

/* Under the key in force, with the nonce that is there. */
static enum lbr_error seal(const struct lbr_keyring *keyring, const char *name, const unsigned char key[LBR_TOKEN_KEY_LEN],
                           struct lbr_sealed *sealed)
{
	sealed->is_long = lbr_token_is_long(key);
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(sealed->bytes + NONCE_LEN, NULL, key,
	                                               sealed->is_long ? LBR_TOKEN_KEY_LEN : LBR_TOKEN_SHORT_LEN,
	                                               (const unsigned char *)name, strlen(name), NULL, sealed->bytes,
	                                               keyring->keys[0].token) != 0) {
		memset(sealed, 0, sizeof(*sealed));
		return LBR_ERR_INTERNAL;
	}
	memcpy(sealed->key_id, keyring->keys[0].id, sizeof(sealed->key_id));
	return LBR_OK;
}

enum lbr_error lbr_token_seal(const struct lbr_keyring *keyring, const char *name, const unsigned char key[LBR_TOKEN_KEY_LEN],
                             struct lbr_sealed *ret)
{
	enum lbr_error error;

	memset(ret, 0, sizeof(*ret));
	error = lbr_random(ret->bytes, NONCE_LEN);
	return error == LBR_OK ? seal(keyring, name, key, ret) : error;
}

enum lbr_error lbr_token_reseal(const struct lbr_keyring *keyring, const char *name, struct lbr_sealed *sealed)
{
	unsigned char key[LBR_TOKEN_KEY_LEN];
	struct lbr_sealed anew = *sealed;
	enum lbr_error error = lbr_token_unseal(keyring, name, sealed, key);

	if (error == LBR_OK)
		error = seal(keyring, name, key, &anew);
	if (error == LBR_OK)
		*sealed = anew;
	lbr_wipe(key, sizeof(key));
	return error;
}

enum lbr_error lbr_token_unseal(const struct lbr_keyring *keyring, const char *name, const struct lbr_sealed *sealed,
                             unsigned char ret[LBR_TOKEN_KEY_LEN])
{
	const struct lbr_keyring_key *key;

	memset(ret, 0, LBR_TOKEN_KEY_LEN);
	if (!lbr_keyring_is_id(sealed->key_id))
		return LBR_ERR_DAMAGED;
	key = lbr_keyring_find(keyring, sealed->key_id);
	if (key == NULL)
		return LBR_ERR_ABSENT;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(ret, NULL, NULL, sealed->bytes + NONCE_LEN,
	                                               lbr_sealed_len(sealed) - NONCE_LEN, (const unsigned char *)name,
	                                               strlen(name), sealed->bytes, key->token) == 0)
		return LBR_OK;
	lbr_wipe(ret, LBR_TOKEN_KEY_LEN);
	return LBR_ERR_DAMAGED;
}
