/* Private to the change of passwords. */
#ifndef LIB_CHANGE_PARTS_H
#define LIB_CHANGE_PARTS_H

#include <stdbool.h>

#include <liberations/change.h>

#define LBR_HASHES_MAX (LBR_HISTORY_MAX + 1)

/* A hash to be made beside the comparisons. */
struct lbr_fresh_hash {
	unsigned cost;
	char    *ret; /* LBR_HASH_MAX bytes; NULL: none is wanted */
};

/* Compares `password` with each of `count` hashes (at most LBR_HASHES_MAX) on the processors that this process may
 * use, and says of each whether it matched; makes the fresh one too. All of them are always computed. LBR_ERR_RANGE,
 * _SYSTEM: no answer may be believed. */
enum lbr_error lbr_hashes_compare(const struct lbr_secret *password, const char *const *hashes, unsigned count,
                                  const struct lbr_fresh_hash *fresh, bool ret_matches[LBR_HASHES_MAX]);

#endif
