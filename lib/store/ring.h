/* Inside the seal: what a ring holds once its file was read. Only the derived keys stay in memory. */
#ifndef LIB_RING_H
#define LIB_RING_H

#include <liberations/seal.h>

#define LBR_RING_KEYS_MAX 16
#define LBR_RING_KEY_LEN 32

struct lbr_ring_key {
	char          id[LBR_KEY_ID_LEN + 1];
	unsigned char mac[LBR_RING_KEY_LEN];
	unsigned char token[LBR_RING_KEY_LEN];
	unsigned char decoy[LBR_RING_KEY_LEN];
};

struct lbr_ring {
	size_t              count; /* at least 1; keys[0] is in force */
	struct lbr_ring_key keys[LBR_RING_KEYS_MAX];
};

/* True if `id` is LBR_KEY_ID_LEN lower-case hex digits and nothing more. */
int lbr_ring_is_id(const char *id);

#endif
