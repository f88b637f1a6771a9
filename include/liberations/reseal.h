/* Sealing what is stored again under the key in force, and which keys it names.
 *
 * A record names a key wherever it was sealed or authenticated: the MACs of account, history and both copies of the counters,
 * the token, and the codes of recovery. Only these last cannot be sealed again, since the codes are on paper: they keep their key
 * for as long as one of them is left.
 */
#ifndef LIBERATIONS_RESEAL_H
#define LIBERATIONS_RESEAL_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/store.h>

#define LBR_DECOYS 256
#define LBR_KEYS_NAMED 6

struct lbr_keys_named {
	char sealed[LBR_KEYS_NAMED][LBR_KEY_ID_LEN + 1]; /* "" where there is nothing; the same one may come more than once */
	char recovery[LBR_KEY_ID_LEN + 1];               /* of the codes that are left; "": none are */
};

/* Reads a record in full, with its history, and writes which keys it names. Errors as lbr_store_load; `ret` is then zero. */
enum lbr_error lbr_store_keys(struct lbr_store *store, const char *name, struct lbr_keys_named *ret, struct lbr_reason *reason);
enum lbr_error lbr_store_decoy_keys(struct lbr_store *store, uint8_t number, struct lbr_keys_named *ret, struct lbr_reason *reason);

/* Seals a record again under the key in force, part by part, each durable before the next: interrupted anywhere, it goes on
 * where it stopped. What the record says stays: the generation too, so nobody who is signing in meanwhile is refused. A sheet
 * of which no code is left is dropped. `*ret_changed`: something was written; `ret`: which keys it names now, from the same
 * reading. Errors as lbr_store_commit; `ret` is then zero. */
enum lbr_error lbr_store_reseal(struct lbr_store *store, const char *name, bool *ret_changed, struct lbr_keys_named *ret,
                                struct lbr_reason *reason);
enum lbr_error lbr_store_reseal_decoy(struct lbr_store *store, uint8_t number, bool *ret_changed, struct lbr_keys_named *ret,
                                      struct lbr_reason *reason);

#endif
