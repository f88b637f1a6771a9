/* Recovery codes replaced in the store: a new sheet, or none. */
#ifndef LIBERATIONS_RECOVERY_RENEW_H
#define LIBERATIONS_RECOVERY_RENEW_H

#include <stdint.h>

#include <liberations/recovery.h>
#include <liberations/store.h>

/* Commits locked->account, whose recovery set was just replaced or taken away (0), with counters that speak of that set: the
 * counters first, so that a crash between the two voids codes and revives none. Needs the lock. Errors as
 * lbr_account_commit_counters and lbr_account_commit; the counters are then put back, so that what a full disk refuses
 * leaves the old codes. */
enum lbr_error lbr_recovery_commit(struct lbr_locked_account *locked, struct lbr_reason *reason);

/* Draws a new set and commits it with lbr_recovery_commit: the codes of the old set are void from then on. `generation` is
 * the account's as it was verified, or 0 for whatever it is; `*ret_generation` the new one. LBR_ERR_STALE: the account
 * changed. Else errors as lbr_account_lock, lbr_account_commit, lbr_random; `sheet` is then wiped. */
enum lbr_error lbr_recovery_renew(struct lbr_store *store, const struct lbr_keyring *keyring, const char *name, uint64_t generation,
                                  struct lbr_recovery_sheet *sheet, uint64_t *ret_generation, struct lbr_reason *reason);

#endif
