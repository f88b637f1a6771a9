/* Reads an account from its text. The reader only finds the fields; to make sure that this is their only spelling, the
 * account is written again and the bytes are compared. */
#include "account_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liberations/codec.h>

static bool read_base64(const char *text, unsigned char *bytes, size_t size)
{
	size_t len = 0;

	return sodium_base642bin(bytes, size, text, strlen(text), NULL, &len, NULL, LBR_ACCOUNT_BASE64) == 0 && len == size;
}

static void read_uid(struct lbr_record_reader *reader, struct lbr_account *account)
{
	uint64_t uid = 0;
	char text[24];

	lbr_record_text(reader, "uid", text, sizeof(text));
	account->has_uid = strcmp(text, "none") != 0;
	if (account->has_uid && !lbr_record_to_number(text, UINT32_MAX, &uid))
		reader->failed = true;
	account->uid = (uint32_t)uid;
}

static void read_password(struct lbr_record_reader *reader, struct lbr_account *account)
{
	account->password_kind = lbr_record_choice(reader, "password", lbr_account_passwords, 2) == 1 ?
	                         LBR_PASSWORD_OWN : LBR_PASSWORD_TEMPORARY;
	account->password_set_s = (int64_t)lbr_record_number(reader, "password-set", INT64_MAX);
	account->invited_until_s = (int64_t)lbr_record_number(reader, "invited-until", INT64_MAX);
	account->must_change = lbr_record_choice(reader, "must-change", lbr_account_yes_no, 2) == 1;
	lbr_record_text(reader, "hash", account->password_hash, sizeof(account->password_hash));
}

static void read_token(struct lbr_record_reader *reader, struct lbr_account *account)
{
	char text[LBR_KEY_ID_LEN + 1 + LBR_SEALED_TEXT_MAX];

	account->token_kind = lbr_record_choice(reader, "token", lbr_account_tokens, 2) == 1 ?
	                      LBR_TOKEN_CONFIRMED : LBR_TOKEN_PENDING;
	lbr_record_text(reader, "sealed", text, sizeof(text));
	if (strlen(text) < LBR_KEY_ID_LEN + 1 ||
	    !read_base64(text + LBR_KEY_ID_LEN + 1, account->token.bytes, LBR_SEALED_LEN))
		reader->failed = true;
	memcpy(account->token.key_id, text, LBR_KEY_ID_LEN);
}

static void read_contact(struct lbr_record_reader *reader, struct lbr_account *account)
{
	lbr_record_text(reader, "contact", account->contact, sizeof(account->contact));
	if (strcmp(account->contact, "-") == 0)
		memset(account->contact, 0, sizeof(account->contact));
}

static void read_recovery(struct lbr_record_reader *reader, struct lbr_account *account)
{
	char text[LBR_RECOVERY_MAC_TEXT_MAX];
	unsigned i;

	account->recovery_set = lbr_record_number(reader, "recovery-set", UINT64_MAX);
	account->recovery_count = (unsigned)lbr_record_number(reader, "recovery-codes", LBR_RECOVERY_CODES);
	for (i = 0; i < account->recovery_count; i++) {
		lbr_record_text(reader, "recovery-code", text, sizeof(text));
		if (!read_base64(text, account->recovery_macs[i], LBR_RECOVERY_MAC_LEN))
			reader->failed = true;
	}
}

static void read_body(struct lbr_record_reader *reader, struct lbr_account *account)
{
	static const char *const formats[] = { LBR_ACCOUNT_FORMAT };

	lbr_record_choice(reader, "liberations-account", formats, 1);
	lbr_record_text(reader, "name", account->name, sizeof(account->name));
	account->generation = lbr_record_number(reader, "generation", UINT64_MAX);
	account->disabled = lbr_record_choice(reader, "disabled", lbr_account_yes_no, 2) == 1;
	read_uid(reader, account);
	account->language = (enum lbr_language)lbr_record_choice(reader, "language", lbr_account_languages, 3);
	read_password(reader, account);
	read_token(reader, account);
	read_contact(reader, account);
	read_recovery(reader, account);
}

static bool is_only_spelling(const struct lbr_account *account, const char *text, size_t body_len)
{
	char again[LBR_ACCOUNT_TEXT_MAX];
	struct lbr_record_writer writer = { .text = again, .size = sizeof(again) };
	bool same;

	lbr_account_write_body(&writer, account);
	same = !writer.failed && writer.len == body_len && memcmp(again, text, body_len) == 0;
	lbr_wipe(again, sizeof(again));
	return same;
}

enum lbr_error lbr_account_decode(const char *text, size_t len, const char *name, const struct lbr_keyring *keyring,
                                  struct lbr_account *account, struct lbr_reason *reason)
{
	struct lbr_record_reader reader = { .at = text };
	size_t body_len;
	enum lbr_error error;

	lbr_account_wipe(account);
	error = lbr_record_verify(text, len, "account", name, keyring, &body_len, reason);
	if (error != LBR_OK)
		return error;
	reader.end = text + body_len;
	read_body(&reader, account);
	if (!reader.failed && strcmp(account->name, name) == 0 && lbr_account_is_sound(account) &&
	    is_only_spelling(account, text, body_len))
		return LBR_OK;
	lbr_account_wipe(account);
	return lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(BAD_FIELD));
}
