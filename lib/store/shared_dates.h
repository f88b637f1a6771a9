/* The dates of notices of people whose accounts many hosts share. Private to lib/store; each keeps the promise of its namesake in
 * notices.h. */
#ifndef LIB_STORE_SHARED_DATES_H
#define LIB_STORE_SHARED_DATES_H

#include <stdbool.h>

#include <liberations/notices.h>

#include "store_ops.h"

/* Returns true if the store keeps that person's; `store` may be NULL. */
bool lbr_dates_are_in(const struct lbr_store *store, const char *name);

enum lbr_error lbr_shared_date_read(struct lbr_store *store, const char *name, enum lbr_notice_kind kind,
                                    struct lbr_notice *notice, struct lbr_reason *reason);
enum lbr_error lbr_shared_date_write(struct lbr_store *store, const struct lbr_notice *notice, bool again,
                                     struct lbr_reason *reason);
enum lbr_error lbr_shared_date_drop(struct lbr_store *store, const char *name, enum lbr_notice_kind kind,
                                    struct lbr_reason *reason);
enum lbr_error lbr_shared_dates_list(struct lbr_store *store, lbr_notices_each *each, void *context, struct lbr_reason *reason);

#endif
