/* The counters of one record, of which a store may keep several copies. Private to lib/store. */
#ifndef LIB_STORE_COPIES_H
#define LIB_STORE_COPIES_H

#include <stdbool.h>
#include <stdint.h>

#include "store_ops.h"

struct lbr_copies {
	uint64_t sequence; /* of the copy in force */
	unsigned turn;     /* the copy that the next write replaces */
	bool     upgrades; /* a copy is of an older version */
};

/* Finds the copy in force: the newest that verifies. LBR_ERR_DAMAGED: none does; the reason names the repair. */
enum lbr_error lbr_copies_read(const struct lbr_row *row, const struct lbr_place *place, const struct lbr_keyring *keyring,
                               struct lbr_counters *counters, struct lbr_copies *ret, struct lbr_reason *reason);

/* Encodes what is to follow the copy in force. LBR_ERR_RANGE: a counter that cannot be stored. */
enum lbr_error lbr_copies_next(const struct lbr_copies *copies, const struct lbr_place *place, const struct lbr_keyring *keyring,
                               const struct lbr_counters *counters, struct lbr_swap *swap, struct lbr_reason *reason);

/* Encodes counters that replace any others. LBR_ERR_RANGE. */
enum lbr_error lbr_copies_renew(const struct lbr_keyring *keyring, const char *name, const struct lbr_counters *counters,
                                unsigned char ret[LBR_SLOT_LEN]);

#endif
