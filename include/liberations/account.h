/* An account: two states and a flag. Expired, throttled and locked are computed, never stored.
 *
 * On disk it is text, described in liberations-account(5): a first line with the format, then one line per field in a
 * fixed order, each exactly once, and the MAC as the last line. Anything else counts as damage.
 */
#ifndef LIBERATIONS_ACCOUNT_H
#define LIBERATIONS_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/error.h>
#include <liberations/language.h>
#include <liberations/name.h>
#include <liberations/keyring.h>

#define LBR_HASH_MAX 384       /* bytes with the NUL; CRYPT_OUTPUT_SIZE */
#define LBR_CONTACT_MAX 128    /* bytes with the NUL */
#define LBR_RECOVERY_CODES 10
#define LBR_RECOVERY_MAC_LEN 16

enum lbr_password_kind { LBR_PASSWORD_TEMPORARY = 0, LBR_PASSWORD_OWN = 1 };
enum lbr_token_kind { LBR_TOKEN_PENDING = 0, LBR_TOKEN_CONFIRMED = 1 };

struct lbr_account {
	char                   name[LBR_NAME_MAX + 1];
	char                   keyed_name[LBR_NAME_MAX + 1]; /* "", or the first name of an account that was renamed */
	char                   new_name[LBR_NAME_MAX + 1];   /* "", or to which it is just being renamed */
	char                   former_name[LBR_NAME_MAX + 1]; /* "", or from which it just was; never written */
	uint64_t               generation; /* grows with every write; 1 at creation */
	bool                   disabled;
	bool                   has_uid;
	uint32_t               uid; /* the Unix user to whom this account belongs; only if has_uid */
	enum lbr_language      language; /* LBR_LANGUAGE_NONE: the service's */
	enum lbr_password_kind password_kind;
	int64_t                password_set_s; /* when; seconds since 1970 */
	int64_t                invited_until_s; /* temporary: the last second at which it is valid; own: 0 */
	bool                   must_change; /* `expire`: the person's own password must change at the next sign-in */
	char                   password_hash[LBR_HASH_MAX]; /* crypt(5) */
	enum lbr_token_kind    token_kind;
	struct lbr_sealed      token;
	char                   contact[LBR_CONTACT_MAX]; /* an address, or "" */
	uint64_t               recovery_set; /* 0: no codes */
	char                   recovery_key[LBR_KEY_ID_LEN + 1]; /* the key of their MACs; "" if recovery_count is 0 */
	unsigned               recovery_count; /* 0 to LBR_RECOVERY_CODES */
	unsigned char          recovery_macs[LBR_RECOVERY_CODES][LBR_RECOVERY_MAC_LEN];
};

/* Returns the name under which everything is keyed that the account's own parts hold: the token, the recovery codes, the places
 * and the marks of wrong answers. It is the first one for ever, so a new name voids none of them. */
static inline const char *lbr_account_keyed_name(const struct lbr_account *account)
{
	return account->keyed_name[0] != '\0' ? account->keyed_name : account->name;
}

/* Wipes the whole account. NULL is allowed. */
void lbr_account_wipe(struct lbr_account *account);

#endif
