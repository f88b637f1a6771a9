/* Private to the keyring: its contents once the key file was read. Only the derived keys stay in memory. */
#ifndef LIB_KEYRING_PARTS_H
#define LIB_KEYRING_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include <liberations/keyring.h>

#define LBR_KEYRING_KEY_LEN 32

struct lbr_keyring_key {
	char          id[LBR_KEY_ID_LEN + 1];
	unsigned char mac[LBR_KEYRING_KEY_LEN];
	unsigned char token[LBR_KEYRING_KEY_LEN];
	unsigned char decoy[LBR_KEYRING_KEY_LEN];
	unsigned char envelope[LBR_KEYRING_KEY_LEN];
};

/* Of a key file: by what another one is told from it. */
struct lbr_keyring_file {
	uint64_t device, inode;
	int64_t  size, written_s, written_ns;
};

struct lbr_keyring {
	size_t              count; /* at least 1; keys[0] is in force */
	struct lbr_keyring_key keys[LBR_KEYRING_KEYS_MAX];
	int                 held; /* the key file, opened without the right to read it */
	struct lbr_keyring_file file; /* as it was read */
};

/* Returns true if `id` consists of exactly LBR_KEY_ID_LEN lower-case hex digits. */
int lbr_keyring_is_id(const char *id);

/* NULL means the key in force. Ids are public, so the comparison need not take constant time. NULL if there is none. */
const struct lbr_keyring_key *lbr_keyring_find(const struct lbr_keyring *keyring, const char *id);

#endif
