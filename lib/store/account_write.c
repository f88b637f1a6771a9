/* An account as text. */
#include "account_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <unictype.h>
#include <unistr.h>

#include <liberations/codec.h>

#include "keyring_parts.h"

const char *const lbr_account_yes_no[2] = { "no", "yes" };
const char *const lbr_account_languages[3] = { "-", "en", "fr" };
const char *const lbr_account_passwords[2] = { "temporary", "own" };
const char *const lbr_account_tokens[2] = { "pending", "confirmed" };

void lbr_account_wipe(struct lbr_account *account)
{
	lbr_wipe(account, account != NULL ? sizeof(*account) : 0);
}

/* Valid UTF-8 without characters that are invisible or move other text: no controls, no formats (U+202E), and no separator
 * except the plain space inside. */
static bool is_contact(const char *contact)
{
	const uint8_t *at = (const uint8_t *)contact;
	size_t left = strnlen(contact, LBR_CONTACT_MAX);
	ucs4_t c;
	int width;

	if (left == LBR_CONTACT_MAX || strcmp(contact, "-") == 0 || contact[0] == ' ' || (left > 0 && at[left - 1] == ' '))
		return false;
	for (; left > 0; at += width, left -= (size_t)width) {
		width = u8_mbtoucr(&c, at, left);
		if (width <= 0 || uc_is_general_category(c, UC_OTHER) ||
		    (c != ' ' && uc_is_general_category(c, UC_SEPARATOR)))
			return false;
	}
	return true;
}

static bool is_terminated(const char *text, size_t size)
{
	return strnlen(text, size) < size;
}

static bool is_sound_password(const struct lbr_account *account)
{
	return (account->password_kind == LBR_PASSWORD_TEMPORARY ||
	        (account->password_kind == LBR_PASSWORD_OWN && account->invited_until_s == 0)) &&
	       account->password_set_s >= 0 && account->invited_until_s >= 0 &&
	       is_terminated(account->password_hash, sizeof(account->password_hash)) &&
	       lbr_record_is_hash(account->password_hash);
}

static bool is_sound_recovery(const struct lbr_account *account)
{
	return account->recovery_count <= LBR_RECOVERY_CODES &&
	       is_terminated(account->recovery_key, sizeof(account->recovery_key)) &&
	       (account->recovery_count > 0 ? account->recovery_set > 0 && lbr_keyring_is_id(account->recovery_key) :
	                                      account->recovery_key[0] == '\0');
}

/* "" is no other name; otherwise it is a name, and another one. */
static bool is_other_name(const char *other, size_t size, const char *name)
{
	return is_terminated(other, size) && (other[0] == '\0' || (lbr_name_check(other) == LBR_OK && strcmp(other, name) != 0));
}

static bool is_sound_name(const struct lbr_account *account)
{
	return is_terminated(account->name, sizeof(account->name)) && lbr_name_check(account->name) == LBR_OK &&
	       is_other_name(account->keyed_name, sizeof(account->keyed_name), account->name) &&
	       is_other_name(account->new_name, sizeof(account->new_name), account->name);
}

/* The key of a pending token is shown to its person again, so it is one that was drawn here. */
static bool is_shown_short(const struct lbr_account *account)
{
	return account->token_kind == LBR_TOKEN_CONFIRMED || !account->token.is_long;
}

bool lbr_account_is_sound(const struct lbr_account *account)
{
	return is_sound_name(account) &&
	       account->generation >= 1 && account->generation < UINT64_MAX &&
	       (!account->has_uid || account->uid < UINT32_MAX) &&
	       (unsigned)account->language <= LBR_LANGUAGE_FR &&
	       is_sound_password(account) &&
	       (account->token_kind == LBR_TOKEN_PENDING || account->token_kind == LBR_TOKEN_CONFIRMED) &&
	       is_terminated(account->token.key_id, sizeof(account->token.key_id)) &&
	       lbr_keyring_is_id(account->token.key_id) && is_shown_short(account) &&
	       is_contact(account->contact) &&
	       is_sound_recovery(account);
}

static void write_token(struct lbr_record_writer *writer, const struct lbr_account *account)
{
	char sealed[LBR_SEALED_TEXT_MAX];

	sodium_bin2base64(sealed, sizeof(sealed), account->token.bytes, lbr_sealed_len(&account->token),
	                  LBR_ACCOUNT_BASE64);
	lbr_record_line(writer, "token", "%s", lbr_account_tokens[account->token_kind]);
	lbr_record_line(writer, "sealed", "%s %s", account->token.key_id, sealed);
}

static void write_recovery(struct lbr_record_writer *writer, const struct lbr_account *account, unsigned version)
{
	char mac[LBR_RECOVERY_MAC_TEXT_MAX];
	unsigned i;

	lbr_record_line(writer, "recovery-set", "%" PRIu64, account->recovery_set);
	if (version > 1)
		lbr_record_line(writer, "recovery-key", "%s", account->recovery_key[0] != '\0' ? account->recovery_key : "-");
	lbr_record_line(writer, "recovery-codes", "%u", account->recovery_count);
	for (i = 0; i < account->recovery_count; i++) {
		sodium_bin2base64(mac, sizeof(mac), account->recovery_macs[i], LBR_RECOVERY_MAC_LEN, LBR_ACCOUNT_BASE64);
		lbr_record_line(writer, "recovery-code", "%s", mac);
	}
}

/* Releases that know only version 2 still read everybody who was never renamed and whose key is not a long one. */
unsigned lbr_account_version_of(const struct lbr_account *account)
{
	if (account->token.is_long)
		return 4;
	return account->keyed_name[0] != '\0' || account->new_name[0] != '\0' ? 3 : 2;
}

static void write_names(struct lbr_record_writer *writer, const struct lbr_account *account, unsigned version)
{
	lbr_record_line(writer, "name", "%s", account->name);
	if (version < 3)
		return;
	lbr_record_line(writer, "keyed-name", "%s", account->keyed_name[0] != '\0' ? account->keyed_name : "-");
	lbr_record_line(writer, "new-name", "%s", account->new_name[0] != '\0' ? account->new_name : "-");
}

void lbr_account_write_body(struct lbr_record_writer *writer, const struct lbr_account *account, unsigned version)
{
	lbr_record_line(writer, "liberations-account", "%u", version);
	write_names(writer, account, version);
	lbr_record_line(writer, "generation", "%" PRIu64, account->generation);
	lbr_record_line(writer, "disabled", "%s", lbr_account_yes_no[account->disabled]);
	if (account->has_uid)
		lbr_record_line(writer, "uid", "%" PRIu32, account->uid);
	else
		lbr_record_line(writer, "uid", "none");
	lbr_record_line(writer, "language", "%s", lbr_account_languages[account->language]);
	lbr_record_line(writer, "password", "%s", lbr_account_passwords[account->password_kind]);
	lbr_record_line(writer, "password-set", "%" PRId64, account->password_set_s);
	lbr_record_line(writer, "invited-until", "%" PRId64, account->invited_until_s);
	lbr_record_line(writer, "must-change", "%s", lbr_account_yes_no[account->must_change]);
	lbr_record_line(writer, "hash", "%s", account->password_hash);
	write_token(writer, account);
	lbr_record_line(writer, "contact", "%s", account->contact[0] != '\0' ? account->contact : "-");
	write_recovery(writer, account, version);
}

enum lbr_error lbr_account_encode(const struct lbr_account *account, const struct lbr_keyring *keyring,
                                  char text[LBR_ACCOUNT_TEXT_MAX], size_t *ret_len, struct lbr_reason *reason)
{
	struct lbr_record_writer writer = { .text = text, .size = LBR_ACCOUNT_TEXT_MAX };
	enum lbr_error error = LBR_ERR_SYNTAX;

	*ret_len = 0;
	if (lbr_account_is_sound(account)) {
		lbr_account_write_body(&writer, account, lbr_account_version_of(account));
		error = lbr_record_close(&writer, "account", account->name, keyring);
	}
	if (error != LBR_OK) {
		lbr_wipe(text, LBR_ACCOUNT_TEXT_MAX);
		return lbr_fail(reason, error, LBR_WHY(ACCOUNT_NOT_WRITABLE));
	}
	*ret_len = writer.len;
	return LBR_OK;
}
