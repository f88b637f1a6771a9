/* The standing of an account: sixteen bytes that change with everything that changes it, and by which a session that began under
 * it is known to have ended.
 *
 * They cover the generation and, since that begins at 1 again when an account is removed and made anew, the password's date and
 * the token's nonce. A password that is only hashed anew leaves them alone. They are keyed: who does not know them cannot make
 * them.
 */
#ifndef LIBERATIONS_ACCOUNT_STANDING_H
#define LIBERATIONS_ACCOUNT_STANDING_H

#include <stdbool.h>

#include <liberations/account.h>
#include <liberations/wire.h>

/* Writes the standing of `account`, under the key that sealed its token. LBR_ERR_ABSENT: the keyring lacks that key. `ret` is
 * zero on failure. */
enum lbr_error lbr_account_standing(const struct lbr_keyring *keyring, const struct lbr_account *account,
                                    unsigned char ret[LBR_STANDING_LEN]);

/* Returns true if `standing` is that of `account` under any key of the keyring: a token that is sealed again under another key ends
 * no session. The work is the same whatever `standing` is. */
bool lbr_account_stands(const struct lbr_keyring *keyring, const struct lbr_account *account,
                        const unsigned char standing[LBR_STANDING_LEN]);

#endif
