/* Records sealed whole, for a store that is not of this host: key id, nonce, ciphertext, tag. */
#include "keyring_parts.h"

#include <stdbool.h>
#include <string.h>

#include <sodium.h>

#include <liberations/big_endian.h>
#include <liberations/name.h>
#include <liberations/random.h>

#define NONCE_LEN LBR_SEALED_NONCE_LEN
#define HEAD_LEN (LBR_KEY_ID_LEN + NONCE_LEN)
#define KIND_MAX 16
#define GENERATION_LEN 8

_Static_assert(LBR_ENVELOPE_MORE == HEAD_LEN + crypto_aead_xchacha20poly1305_ietf_ABYTES, "id, nonce, tag");

struct bound {
	size_t        len;
	unsigned char bytes[LBR_REALM_LEN + KIND_MAX + 1 + LBR_NAME_MAX + GENERATION_LEN];
};

/* What an envelope is bound to. A kind has no NUL, and the generation one length, so no two places give the same bytes. False: too
 * long for any record. */
static bool bind_to(const struct lbr_envelope_place *place, struct bound *ret)
{
	size_t kind_len = strlen(place->kind), name_len = strlen(place->name);

	if (kind_len > KIND_MAX || name_len > LBR_NAME_MAX)
		return false;
	memcpy(ret->bytes, place->realm, LBR_REALM_LEN);
	memcpy(ret->bytes + LBR_REALM_LEN, place->kind, kind_len + 1);
	memcpy(ret->bytes + LBR_REALM_LEN + kind_len + 1, place->name, name_len);
	lbr_big_endian_put(ret->bytes + LBR_REALM_LEN + kind_len + 1 + name_len, GENERATION_LEN, place->generation);
	ret->len = LBR_REALM_LEN + kind_len + 1 + name_len + GENERATION_LEN;
	return true;
}

enum lbr_error lbr_envelope_seal(const struct lbr_keyring *keyring, const struct lbr_envelope_place *place, const void *content,
                                 size_t len, unsigned char *ret)
{
	const struct lbr_keyring_key *key = &keyring->keys[0];
	unsigned char *nonce = ret + LBR_KEY_ID_LEN;
	enum lbr_error error = LBR_ERR_INTERNAL;
	struct bound bound;

	memset(ret, 0, len + LBR_ENVELOPE_MORE);
	if (bind_to(place, &bound))
		error = lbr_random(nonce, NONCE_LEN);
	if (error != LBR_OK)
		return error;
	memcpy(ret, key->id, LBR_KEY_ID_LEN);
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(ret + HEAD_LEN, NULL, content, len, bound.bytes, bound.len, NULL, nonce,
	                                               key->envelope) == 0)
		return LBR_OK;
	memset(ret, 0, len + LBR_ENVELOPE_MORE);
	return LBR_ERR_INTERNAL;
}

enum lbr_error lbr_envelope_open(const struct lbr_keyring *keyring, const struct lbr_envelope_place *place,
                                 const unsigned char *sealed, size_t len, void *ret, struct lbr_reason *reason)
{
	const struct lbr_keyring_key *key;
	char id[LBR_KEY_ID_LEN + 1] = "";
	struct bound bound;

	if (len <= LBR_ENVELOPE_MORE || !bind_to(place, &bound))
		return lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(CUT_SHORT));
	memset(ret, 0, len - LBR_ENVELOPE_MORE);
	memcpy(id, sealed, LBR_KEY_ID_LEN);
	if (!lbr_keyring_is_id(id))
		return lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(WRONG_MAC));
	key = lbr_keyring_find(keyring, id);
	if (key == NULL)
		return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(UNKNOWN_KEY), id);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(ret, NULL, NULL, sealed + HEAD_LEN, len - HEAD_LEN, bound.bytes, bound.len,
	                                               sealed + LBR_KEY_ID_LEN, key->envelope) == 0)
		return LBR_OK;
	lbr_wipe(ret, len - LBR_ENVELOPE_MORE);
	return lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(WRONG_MAC));
}
