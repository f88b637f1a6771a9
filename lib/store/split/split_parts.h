/* What the parts of a store in two have in common. Private to lib/store/split. */
#ifndef LIB_STORE_SPLIT_PARTS_H
#define LIB_STORE_SPLIT_PARTS_H

#include <stdbool.h>

#include "store_ops.h"

struct lbr_split_store {
	struct lbr_store  base;
	struct lbr_store *files, *shared;
	char              local[256];
	bool              last_local; /* of the name that was asked for last: a decoy in its place comes from the same store */
};

/* split_alike.c: LBR_ERR_EXISTS: a new account of this name would look like one of the other part. */
enum lbr_error lbr_split_judge_alike(struct lbr_split_store *store, const char *name, struct lbr_reason *reason);

/* split_dates.c: each keeps the promise of its namesake in store_ops.h. */
bool lbr_split_keeps_dates(const struct lbr_store *base, const char *name);
enum lbr_error lbr_split_date_read(struct lbr_store *base, const char *name, const char *kind, char text[LBR_NOTICE_TEXT_MAX],
                                   size_t *ret_len, struct lbr_reason *reason);
enum lbr_error lbr_split_date_write(struct lbr_store *base, const char *name, const char *kind, const struct lbr_notice_date *date,
                                    bool again, struct lbr_reason *reason);
enum lbr_error lbr_split_date_drop(struct lbr_store *base, const char *name, const char *kind, struct lbr_reason *reason);
enum lbr_error lbr_split_date_list(struct lbr_store *base, lbr_store_take_date *take, void *context, struct lbr_reason *reason);
enum lbr_error lbr_split_lease(struct lbr_store *base, const char *what, unsigned life_s, struct lbr_lease *lease,
                              struct lbr_reason *reason);

#endif
