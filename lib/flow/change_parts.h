/* Private to changing a password. */
#ifndef LIB_CHANGE_PARTS_H
#define LIB_CHANGE_PARTS_H

#include <stdbool.h>

#include <liberations/change.h>

#define LBR_HASHES_MAX (LBR_HISTORY_MAX + 1)

/* A hash to compute alongside the comparisons. */
struct lbr_fresh_hash {
	unsigned cost;
	char    *ret; /* LBR_HASH_MAX bytes; NULL: compute none */
};

/* Compares `password` with each of `count` hashes (at most LBR_HASHES_MAX), on all processors that this process may use, and
 * writes into `ret_matches` which ones matched; computes the fresh hash as well. All of them are always computed. Each
 * thread takes a turn first. LBR_ERR_BUSY: none was free in time. LBR_ERR_RANGE, _SYSTEM. After an error no output is valid. */
enum lbr_error lbr_hashes_compare(const struct lbr_secret *password, const char *const *hashes, unsigned count,
                                  const struct lbr_fresh_hash *fresh, const struct lbr_admission *admission,
                                  bool ret_matches[LBR_HASHES_MAX]);

#endif
