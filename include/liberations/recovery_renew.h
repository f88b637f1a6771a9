/* Replacing recovery codes in the store with a new sheet, or with none. */
#ifndef LIBERATIONS_RECOVERY_RENEW_H
#define LIBERATIONS_RECOVERY_RENEW_H

#include <stdint.h>

#include <liberations/recovery.h>
#include <liberations/store.h>

/* Commits locked->account, whose recovery set was just replaced or removed (0), and counters for that set: the counters first, so
 * that a crash between the two voids codes and revives none. Needs the lock. Errors as lbr_account_commit_counters and
 * lbr_account_commit; the old counters are then restored, so that the old codes remain valid if the disk is full. */
enum lbr_error lbr_recovery_commit(struct lbr_locked_account *locked, struct lbr_reason *reason);

/* Draws a new set and commits it with lbr_recovery_commit, which voids the old codes. `generation` is that of the account as
 * verified, or 0 for any; `*ret_generation` is the new one. LBR_ERR_STALE: the account changed. Else errors as
 * lbr_account_lock, lbr_account_commit, lbr_random; `sheet` is then wiped. */
enum lbr_error lbr_recovery_renew(struct lbr_store *store, const struct lbr_keyring *keyring, const char *name, uint64_t generation,
                                  struct lbr_recovery_sheet *sheet, uint64_t *ret_generation, struct lbr_reason *reason);

#endif
