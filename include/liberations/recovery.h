/* Recovery codes: ten words on paper for the day the phone is gone, each good for one sign-in in place of a code.
 *
 * The account keeps their MACs under a random set number; the counters keep the set they speak of and which were used, so a use
 * is committed with the sign-in it served, and an old account file restored beside newer counters revives none.
 */
#ifndef LIBERATIONS_RECOVERY_H
#define LIBERATIONS_RECOVERY_H

#include <stdbool.h>

#include <liberations/account.h>
#include <liberations/counters.h>

#define LBR_RECOVERY_CHARS 10                        /* of 32 letters and digits without look-alikes: 50 bits */
#define LBR_RECOVERY_TEXT_MAX (LBR_RECOVERY_CHARS + 2) /* "ABCDE-FGHJK" and the NUL */

struct lbr_recovery_sheet {
	char codes[LBR_RECOVERY_CODES][LBR_RECOVERY_TEXT_MAX]; /* secret: the caller wipes the whole */
};

/* Draws a new set for `account`: its number, its MACs and the sheet with the codes in clear. The caller commits the account, and
 * wipes the sheet. Errors as lbr_random; account and sheet are then of no use. */
enum lbr_error lbr_recovery_draw(const struct lbr_keyring *keyring, struct lbr_account *account,
                                 struct lbr_recovery_sheet *sheet);

/* Which code of the account's set was typed: 1 to LBR_RECOVERY_CODES, or 0. Upper and lower case, spaces and hyphens do not
 * matter; O counts as 0, I and L as 1. The same work whatever was typed. Whether it was used before is the counters' to say. */
unsigned lbr_recovery_match(const struct lbr_keyring *keyring, const struct lbr_account *account, const struct lbr_secret *typed);

/* True if code `number` (from lbr_recovery_match) is still good. */
bool lbr_recovery_is_unused(const struct lbr_account *account, const struct lbr_counters *counters, unsigned number);

/* How many are still good. */
unsigned lbr_recovery_left(const struct lbr_account *account, const struct lbr_counters *counters);

#endif
