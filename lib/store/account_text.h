/* The text form of an account, shared by its writer and its reader. Private to lib/. */
#ifndef LIB_ACCOUNT_TEXT_H
#define LIB_ACCOUNT_TEXT_H

#include <stdbool.h>

#include <sodium.h>

#include <liberations/account.h>

#include "record.h"

#define LBR_ACCOUNT_BASE64 sodium_base64_VARIANT_ORIGINAL
#define LBR_SEALED_TEXT_MAX sodium_base64_ENCODED_LEN(LBR_SEALED_LEN, LBR_ACCOUNT_BASE64)
#define LBR_RECOVERY_MAC_TEXT_MAX sodium_base64_ENCODED_LEN(LBR_RECOVERY_MAC_LEN, LBR_ACCOUNT_BASE64)

extern const char *const lbr_account_yes_no[2];
extern const char *const lbr_account_languages[3];
extern const char *const lbr_account_passwords[2];
extern const char *const lbr_account_tokens[2];

/* Returns true if every field can be written; the same rules apply to an account that was read. */
bool lbr_account_is_sound(const struct lbr_account *account);

/* Returns the version in which this release writes the account: the oldest that can hold it. */
unsigned lbr_account_version_of(const struct lbr_account *account);

/* Writes all lines except the MAC's, as that version has them: 1 lacks recovery-key, 2 lacks keyed-name and new-name, and in 4
 * alone a long key is sealed. */
void lbr_account_write_body(struct lbr_record_writer *writer, const struct lbr_account *account, unsigned version);

#endif
