/* Replacing recovery codes in the store with a new sheet, or with none. */
#ifndef LIBERATIONS_RECOVERY_RENEW_H
#define LIBERATIONS_RECOVERY_RENEW_H

#include <stdint.h>

#include <liberations/recovery.h>
#include <liberations/store.h>

/* For an edit that replaced or removed (0) the account's recovery set: makes the counters describe that set, with no code used.
 * Returns the parts that changed. The counters are stored first, so that a crash between the two voids codes and revives none. */
unsigned lbr_recovery_adopt(struct lbr_view *view);

/* Draws a new set and commits it, which voids the old codes. `generation` is that of the account as
 * verified, or 0 for any; `*ret_generation` is the new one. LBR_ERR_STALE: the account changed. Else errors as
 * lbr_store_load, lbr_store_commit, lbr_random; `sheet` is then wiped. */
enum lbr_error lbr_recovery_renew(struct lbr_store *store, const struct lbr_keyring *keyring, const char *name, uint64_t generation,
                                  struct lbr_recovery_sheet *sheet, uint64_t *ret_generation, struct lbr_reason *reason);

#endif
