/* An account from JSON. */
#include "backup_person.h"

#include <limits.h>
#include <string.h>

#include <jansson.h>

#include <liberations/name.h>

static bool copy(const char *text, char *ret, size_t size)
{
	size_t len = strlen(text);

	if (len >= size)
		return false;
	memcpy(ret, text, len + 1);
	return true;
}

static bool copy_or_null(const json_t *value, char *ret, size_t size)
{
	return json_is_null(value) || (json_is_string(value) && json_string_length(value) > 0 &&
	                               copy(json_string_value(value), ret, size));
}

static bool read_uid(const json_t *value, struct lbr_account *account)
{
	json_int_t uid = json_integer_value(value);

	account->has_uid = json_is_integer(value);
	account->uid = account->has_uid ? (uint32_t)uid : 0;
	return json_is_null(value) || (account->has_uid && uid >= 0 && uid < (json_int_t)UINT32_MAX);
}

static bool read_language(const json_t *value, struct lbr_account *account)
{
	char word[4] = "";

	if (!copy_or_null(value, word, sizeof(word)))
		return false;
	account->language = strcmp(word, "en") == 0 ? LBR_LANGUAGE_EN :
	                    strcmp(word, "fr") == 0 ? LBR_LANGUAGE_FR : LBR_LANGUAGE_NONE;
	return json_is_null(value) || account->language != LBR_LANGUAGE_NONE;
}

static bool is_one_of(const char *word, const char *no, const char *yes)
{
	return strcmp(word, no) == 0 || strcmp(word, yes) == 0;
}

static bool read_key(const char *text, unsigned char ret[LBR_TOKEN_KEY_LEN])
{
	size_t hex = strlen(text), len = 0;

	return sodium_hex2bin(ret, LBR_TOKEN_KEY_LEN, text, hex, NULL, &len, NULL) == 0 && 2 * len == hex &&
	       len == (lbr_token_is_long(ret) ? LBR_TOKEN_KEY_LEN : LBR_TOKEN_SHORT_LEN);
}

static bool read_lane(json_t *failures, const char *name, struct lbr_lane_counters *ret)
{
	json_int_t password = 0, code = 0;

	if (json_unpack(failures, "{s:{s:I, s:I !}}", name, "password", &password, "code", &code) != 0 ||
	    password < 0 || code < 0 || password > UINT32_MAX || code > UINT32_MAX)
		return false;
	*ret = (struct lbr_lane_counters){ .password_failures = (uint32_t)password, .code_failures = (uint32_t)code };
	return true;
}

static bool read_failures(json_t *failures, struct lbr_counters *ret)
{
	return json_object_size(failures) == LBR_LANES && read_lane(failures, "console", &ret->lanes[LBR_LANE_CONSOLE]) &&
	       read_lane(failures, "known", &ret->lanes[LBR_LANE_KNOWN]) &&
	       read_lane(failures, "stranger", &ret->lanes[LBR_LANE_STRANGER]);
}

static bool read_history(const json_t *list, struct lbr_history *ret)
{
	size_t at, count = json_array_size(list);

	if (!json_is_array(list) || count > LBR_HISTORY_MAX)
		return false;
	for (at = 0; at < count; at++) {
		json_int_t set_s = 0;
		const char *hash = "";

		if (json_unpack(json_array_get(list, at), "{s:I, s:s !}", "set", &set_s, "hash", &hash) != 0 || set_s < 0 ||
		    !copy(hash, ret->entries[at].hash, LBR_HASH_MAX))
			return false;
		ret->entries[at].set_s = set_s;
	}
	ret->count = (unsigned)count;
	return true;
}

static bool read_object(json_t *root, struct backup_person *ret)
{
	struct lbr_account *account = &ret->account;
	json_int_t set_s = 0, until_s = 0, step = 0, sign_in_s = 0, left = 0;
	const char *name = "", *password = "", *hash = "", *token = "", *key = "";
	json_t *uid = NULL, *language = NULL, *contact = NULL, *failures = NULL, *history = NULL;
	int disabled = 0, must_change = 0;

	if (json_unpack(root, "{s:s, s:o, s:o, s:o, s:b, s:s, s:I, s:I, s:b, s:s, s:s, s:s, s:I, s:I, s:o, s:I, s:o !}",
	                "user", &name, "uid", &uid, "language", &language, "contact", &contact, "disabled", &disabled,
	                "password", &password, "password_set", &set_s, "invited_until", &until_s, "must_change", &must_change,
	                "hash", &hash, "token", &token, "key", &key, "last_step", &step, "last_sign_in", &sign_in_s,
	                "failures", &failures, "recovery_codes_left", &left, "history", &history) != 0)
		return false;
	account->disabled = disabled != 0;
	account->must_change = must_change != 0;
	account->password_kind = strcmp(password, "own") == 0 ? LBR_PASSWORD_OWN : LBR_PASSWORD_TEMPORARY;
	account->token_kind = strcmp(token, "confirmed") == 0 ? LBR_TOKEN_CONFIRMED : LBR_TOKEN_PENDING;
	account->password_set_s = set_s;
	account->invited_until_s = until_s;
	ret->counters.last_step = step;
	ret->counters.last_sign_in_s = sign_in_s;
	ret->recovery_left = (unsigned)left;
	return is_one_of(password, "temporary", "own") && is_one_of(token, "pending", "confirmed") &&
	       set_s >= 0 && until_s >= 0 && step >= 0 && sign_in_s >= 0 && left >= 0 && left <= LBR_RECOVERY_CODES &&
	       copy(name, account->name, sizeof(account->name)) && lbr_name_check(account->name) == LBR_OK &&
	       copy(hash, account->password_hash, sizeof(account->password_hash)) &&
	       copy_or_null(contact, account->contact, sizeof(account->contact)) && read_uid(uid, account) &&
	       read_language(language, account) && read_key(key, ret->key) && read_failures(failures, &ret->counters) &&
	       read_history(history, &ret->history);
}

bool cli_backup_read(const char *text, size_t len, struct backup_person *ret)
{
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	bool read;

	lbr_wipe(ret, sizeof(*ret));
	read = root != NULL && read_object(root, ret);
	json_decref(root);
	if (!read)
		lbr_wipe(ret, sizeof(*ret));
	return read;
}

bool cli_backup_read_end(const char *text, size_t len, unsigned *ret_count)
{
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	json_int_t count = -1;
	bool read = root != NULL && json_unpack(root, "{s:I !}", "accounts", &count) == 0 && count >= 0 && count <= UINT_MAX;

	json_decref(root);
	*ret_count = read ? (unsigned)count : 0;
	return read;
}
