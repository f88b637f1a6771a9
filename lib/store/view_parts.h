/* What loading and committing share. Private to lib/store. */
#ifndef LIB_STORE_VIEW_PARTS_H
#define LIB_STORE_VIEW_PARTS_H

#include <stdbool.h>

#include <liberations/store.h>

#include "copies.h"
#include "store_ops.h"

/* Returns the place of the record that the view was loaded from. */
struct lbr_place lbr_view_place(const struct lbr_view *view);

/* Fills a view whose private part, name and `known` are set. LBR_ERR_DAMAGED. */
enum lbr_error lbr_view_read_row(const struct lbr_row *row, struct lbr_view *view, struct lbr_copies *copies,
                                 struct lbr_reason *reason);

/* Takes what the view holds now as what was loaded. */
void lbr_view_settle(struct lbr_view *view);

/* Returns true if `account` is still the one that was loaded. */
bool lbr_view_is_same(const struct lbr_view *view, const struct lbr_account *account);

/* LBR_ERR_INTERNAL: the view is empty, or a decoy. */
enum lbr_error lbr_view_need_account(const struct lbr_view *view, struct lbr_reason *reason);

#endif
