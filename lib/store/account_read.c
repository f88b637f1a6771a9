/* Reads an account from its text. The reader only finds the fields; to make sure that this is their only spelling, the
 * account is written again and the bytes are compared. */
#include "account_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liberations/codec.h>
#include <liberations/formats.h>

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
	account->token.is_long = reader->version == 4;
	if (strlen(text) < LBR_KEY_ID_LEN + 1 ||
	    !read_base64(text + LBR_KEY_ID_LEN + 1, account->token.bytes, lbr_sealed_len(&account->token)))
		reader->failed = true;
	memcpy(account->token.key_id, text, LBR_KEY_ID_LEN);
}

/* "-" stands for "". */
static void read_optional(struct lbr_record_reader *reader, const char *keyword, char *value, size_t size)
{
	lbr_record_text(reader, keyword, value, size);
	if (strcmp(value, "-") == 0)
		memset(value, 0, size);
}

/* Version 1 did not say which key made the MACs of the codes, and the release that wrote it matched them under the key in force.
 * A set is drawn and written under one key, and each later write is under the key in force then. So the record's own key is that
 * of every set which that release would still match, unless an older key was put back in force after a newer one wrote. */
static void read_recovery(struct lbr_record_reader *reader, struct lbr_account *account)
{
	char text[LBR_RECOVERY_MAC_TEXT_MAX];
	unsigned i;

	account->recovery_set = lbr_record_number(reader, "recovery-set", UINT64_MAX);
	if (reader->version > 1)
		read_optional(reader, "recovery-key", account->recovery_key, sizeof(account->recovery_key));
	account->recovery_count = (unsigned)lbr_record_number(reader, "recovery-codes", LBR_RECOVERY_CODES);
	if (reader->version == 1 && account->recovery_count > 0)
		memcpy(account->recovery_key, reader->key_id, sizeof(account->recovery_key));
	for (i = 0; i < account->recovery_count; i++) {
		lbr_record_text(reader, "recovery-code", text, sizeof(text));
		if (!read_base64(text, account->recovery_macs[i], LBR_RECOVERY_MAC_LEN))
			reader->failed = true;
	}
}

static void read_names(struct lbr_record_reader *reader, struct lbr_account *account)
{
	lbr_record_text(reader, "name", account->name, sizeof(account->name));
	if (reader->version < 3)
		return;
	read_optional(reader, "keyed-name", account->keyed_name, sizeof(account->keyed_name));
	read_optional(reader, "new-name", account->new_name, sizeof(account->new_name));
}

static void read_body(struct lbr_record_reader *reader, struct lbr_account *account)
{
	read_names(reader, account);
	account->generation = lbr_record_number(reader, "generation", UINT64_MAX);
	account->disabled = lbr_record_choice(reader, "disabled", lbr_account_yes_no, 2) == 1;
	read_uid(reader, account);
	account->language = (enum lbr_language)lbr_record_choice(reader, "language", lbr_account_languages, 3);
	read_password(reader, account);
	read_token(reader, account);
	read_optional(reader, "contact", account->contact, sizeof(account->contact));
	read_recovery(reader, account);
}

static bool is_only_spelling(const struct lbr_account *account, const char *text, const struct lbr_record_reader *reader)
{
	const size_t body_len = (size_t)(reader->end - text);
	char again[LBR_ACCOUNT_TEXT_MAX];
	struct lbr_record_writer writer = { .text = again, .size = sizeof(again) };
	bool same = reader->version < 2 || reader->version == lbr_account_version_of(account);

	lbr_account_write_body(&writer, account, reader->version);
	same = same && !writer.failed && writer.len == body_len && memcmp(again, text, body_len) == 0;
	lbr_wipe(again, sizeof(again));
	return same;
}

static enum lbr_error decode(const char *text, size_t len, const char *name, const struct lbr_keyring *keyring,
                             struct lbr_account *account, struct lbr_reason *reason)
{
	struct lbr_record_reader reader;
	enum lbr_error error;

	lbr_account_wipe(account);
	error = lbr_record_open(&reader, text, len, "account", LBR_ACCOUNT_VERSION, name, keyring, reason);
	if (error != LBR_OK)
		return error;
	read_body(&reader, account);
	if (!reader.failed && strcmp(account->name, name) == 0 && lbr_account_is_sound(account) &&
	    is_only_spelling(account, text, &reader))
		return LBR_OK;
	lbr_account_wipe(account);
	return lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(BAD_FIELD));
}

/* The name that the record gives itself; nothing proves it yet. False: it gives none. */
static bool read_own_name(const char *text, size_t len, char ret[LBR_NAME_MAX + 1])
{
	struct lbr_record_reader reader = { .at = text, .end = text + len };
	char version[12];

	lbr_record_text(&reader, "liberations-account", version, sizeof(version));
	lbr_record_text(&reader, "name", ret, LBR_NAME_MAX + 1);
	return !reader.failed && lbr_name_check(ret) == LBR_OK;
}

static void take_new_name(struct lbr_account *account)
{
	memcpy(account->former_name, account->name, sizeof(account->name));
	memcpy(account->name, account->new_name, sizeof(account->name));
	if (account->keyed_name[0] == '\0')
		memcpy(account->keyed_name, account->former_name, sizeof(account->keyed_name));
	if (strcmp(account->keyed_name, account->name) == 0)
		memset(account->keyed_name, 0, sizeof(account->keyed_name));
	memset(account->new_name, 0, sizeof(account->new_name));
}

/* A record that was moved here by a rename and not written since: genuine under its former name, and meant for this one. */
static enum lbr_error decode_renamed(const char *text, size_t len, const char *name, const struct lbr_keyring *keyring,
                                     struct lbr_account *account)
{
	char former[LBR_NAME_MAX + 1];

	if (!read_own_name(text, len, former) || strcmp(former, name) == 0 ||
	    decode(text, len, former, keyring, account, NULL) != LBR_OK)
		return LBR_ERR_DAMAGED;
	if (account->new_name[0] == '\0' || strcmp(account->new_name, name) != 0) {
		lbr_account_wipe(account);
		return LBR_ERR_DAMAGED;
	}
	take_new_name(account);
	return LBR_OK;
}

enum lbr_error lbr_account_decode(const char *text, size_t len, const char *name, const struct lbr_keyring *keyring,
                                  struct lbr_account *account, struct lbr_reason *reason)
{
	enum lbr_error error = decode(text, len, name, keyring, account, reason);

	if (error == LBR_ERR_DAMAGED && decode_renamed(text, len, name, keyring, account) == LBR_OK)
		error = LBR_OK;
	return error;
}
