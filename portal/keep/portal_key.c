/* The portal's key. */
#include "portal_key.h"

#include <sodium.h>

#define CONTEXT "lbrweb01" /* crypto_kdf wants eight bytes */

_Static_assert(LBR_PORTAL_KEY_LEN == crypto_kdf_KEYBYTES && sizeof(CONTEXT) - 1 == crypto_kdf_CONTEXTBYTES, "libsodium's sizes");
_Static_assert(sizeof(((struct lbr_portal_key *)0)->place) == crypto_shorthash_KEYBYTES, "libsodium's sizes");

/* Fails for wrong lengths only, and these are constants. */
void lbr_portal_key_derive(const unsigned char master[LBR_PORTAL_KEY_LEN], struct lbr_portal_key *ret)
{
	(void)crypto_kdf_derive_from_key(ret->slot, sizeof(ret->slot), 1, CONTEXT, master);
	(void)crypto_kdf_derive_from_key(ret->id, sizeof(ret->id), 2, CONTEXT, master);
	(void)crypto_kdf_derive_from_key(ret->form, sizeof(ret->form), 3, CONTEXT, master);
	(void)crypto_kdf_derive_from_key(ret->place, sizeof(ret->place), 4, CONTEXT, master);
}

void lbr_portal_mac(const unsigned char key[32], const void *bytes, size_t len, unsigned char ret[LBR_PORTAL_MAC_LEN])
{
	(void)crypto_generichash(ret, LBR_PORTAL_MAC_LEN, bytes, len, key, 32);
}
