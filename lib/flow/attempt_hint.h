/* What a refused code was, for the log. Private to lib/flow. */
#ifndef LIB_FLOW_ATTEMPT_HINT_H
#define LIB_FLOW_ATTEMPT_HINT_H

#include <stdint.h>

#include <liberations/account.h>
#include <liberations/keyring.h>
#include <liberations/secret.h>

/* Returns how many seconds the phone that shows this code is ahead of the clock, up to an hour; negative: behind; 0: neither, or
 * the code is of no such moment. The work is the same for every account. */
int64_t lbr_hint_of_clock(const struct lbr_keyring *keyring, const struct lbr_account *account, const struct lbr_secret *code,
                          int64_t now_s);

#endif
