/* Recovery codes: ten codes on paper in case the phone is lost, each valid for one sign-in in place of a token code.
 *
 * The account keeps their MACs under a random set number, and the id of the key that made them, so that another key in force voids
 * no sheet; the counters keep the number of their set and which codes were used. So
 * a use is committed together with its sign-in, and an old account file restored beside newer counters revives no code.
 */
#ifndef LIBERATIONS_RECOVERY_H
#define LIBERATIONS_RECOVERY_H

#include <stdbool.h>

#include <liberations/account.h>
#include <liberations/counters.h>

#define LBR_RECOVERY_CHARS 10                        /* of 32 letters and digits without look-alikes: 50 bits */
#define LBR_RECOVERY_TEXT_MAX (LBR_RECOVERY_CHARS + 2) /* "ABCDE-FGHJK" and the NUL */
#define LBR_RECOVERY_DIGITS 8 /* of a code that was imported with the phone: 26 bits, so each one counts as a guess */

struct lbr_recovery_sheet {
	char codes[LBR_RECOVERY_CODES][LBR_RECOVERY_TEXT_MAX]; /* secret: the caller wipes the whole struct */
};

/* Draws a new set for `account`: its number, its MACs under the key in force, and the sheet with the codes in clear. The caller
 * commits the account and wipes the sheet. Errors as lbr_random; account and sheet are then unusable. */
enum lbr_error lbr_recovery_draw(const struct lbr_keyring *keyring, struct lbr_account *account,
                                 struct lbr_recovery_sheet *sheet);

/* Makes a set of `count` (1 to LBR_RECOVERY_CODES) codes of eight digits that a person has on paper already. The caller commits the
 * account. LBR_ERR_RANGE: the count. Else as lbr_random. On failure the account has no codes. */
enum lbr_error lbr_recovery_take(const struct lbr_keyring *keyring, struct lbr_account *account,
                                 const char codes[][LBR_RECOVERY_DIGITS + 1], unsigned count);

/* Reads a recovery code as people copy, paste and dictate it: case, blanks, dashes and marks of a paste do not matter; O counts
 * as 0, I and L as 1. Eight digits are a code as well. Writes the form that the MACs cover. False: it is something
 * else; `ret` is then "". */
bool lbr_recovery_read(const struct lbr_secret *typed, char ret[LBR_RECOVERY_CHARS + 1]);

/* Returns which code of the account's set was typed, in any form that lbr_recovery_read reads: 1 to LBR_RECOVERY_CODES, or 0.
 * A set whose key the keyring lacks matches nothing. The work is the same whatever was typed and
 * whatever the set. Does not check whether the code was used before. */
unsigned lbr_recovery_match(const struct lbr_keyring *keyring, const struct lbr_account *account, const struct lbr_secret *typed);

/* Leaves `account` without codes. The caller commits it. */
void lbr_recovery_clear(struct lbr_account *account);

/* Returns true if code `number` (from lbr_recovery_match) was not used yet. */
bool lbr_recovery_is_unused(const struct lbr_account *account, const struct lbr_counters *counters, unsigned number);

/* Returns how many codes are left. */
unsigned lbr_recovery_left(const struct lbr_account *account, const struct lbr_counters *counters);

#endif
