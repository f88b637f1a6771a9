/* The portal's key: it makes a slot genuine and a form ours. Who loses it signs everybody out; who copies it can sign anybody
 * in. */
#ifndef PORTAL_KEY_H
#define PORTAL_KEY_H

#include <stddef.h>

#define LBR_PORTAL_KEY_LEN 32
#define LBR_PORTAL_MAC_LEN 32

/* Subkeys, one for each purpose. */
struct lbr_portal_key {
	unsigned char slot[32], id[32], form[32], place[16];
};

/* Derives the subkeys from the bytes of the key file. The caller wipes both. */
void lbr_portal_key_derive(const unsigned char master[LBR_PORTAL_KEY_LEN], struct lbr_portal_key *ret);

/* BLAKE2b-256 under `key` (32 bytes) over `len` bytes. */
void lbr_portal_mac(const unsigned char key[32], const void *bytes, size_t len, unsigned char ret[LBR_PORTAL_MAC_LEN]);

#endif
