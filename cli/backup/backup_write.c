/* An account to JSON. */
#include "backup_person.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <liberations/recovery.h>

static json_t *text_or_null(const char *text)
{
	return text[0] != '\0' ? json_string(text) : json_null();
}

static json_t *language(enum lbr_language language)
{
	return language != LBR_LANGUAGE_NONE ? json_string(lbr_language_name(language)) : json_null();
}

static json_t *failures(const struct lbr_counters *counters, enum lbr_lane lane)
{
	return json_pack("{s:I, s:I}", "password", (json_int_t)counters->lanes[lane].password_failures, "code",
	                 (json_int_t)counters->lanes[lane].code_failures);
}

static json_t *history(const struct lbr_history *history)
{
	json_t *list = json_array();
	unsigned at;

	for (at = 0; at < history->count; at++)
		if (json_array_append_new(list, json_pack("{s:I, s:s}", "set", (json_int_t)history->entries[at].set_s, "hash",
		                                          history->entries[at].hash)) != 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *object(const struct backup_person *person)
{
	const struct lbr_account *account = &person->account;
	const struct lbr_counters *counters = &person->counters;
	char key[2 * LBR_TOKEN_KEY_LEN + 1];
	json_t *made;

	sodium_bin2hex(key, sizeof(key), person->key, lbr_token_is_long(person->key) ? LBR_TOKEN_KEY_LEN : LBR_TOKEN_SHORT_LEN);
	made = json_pack("{s:s, s:o, s:o, s:o, s:b, s:s, s:I, s:I, s:b, s:s, s:s, s:s, s:I, s:I, s:{s:o, s:o, s:o}, s:I, s:o}",
	                 "user", account->name,
	                 "uid", account->has_uid ? json_integer(account->uid) : json_null(),
	                 "language", language(account->language),
	                 "contact", text_or_null(account->contact),
	                 "disabled", account->disabled,
	                 "password", account->password_kind == LBR_PASSWORD_OWN ? "own" : "temporary",
	                 "password_set", (json_int_t)account->password_set_s,
	                 "invited_until", (json_int_t)account->invited_until_s,
	                 "must_change", account->must_change,
	                 "hash", account->password_hash,
	                 "token", account->token_kind == LBR_TOKEN_CONFIRMED ? "confirmed" : "pending",
	                 "key", key,
	                 "last_step", (json_int_t)counters->last_step,
	                 "last_sign_in", (json_int_t)counters->last_sign_in_s,
	                 "failures", "console", failures(counters, LBR_LANE_CONSOLE), "known", failures(counters, LBR_LANE_KNOWN),
	                 "stranger", failures(counters, LBR_LANE_STRANGER),
	                 "recovery_codes_left", (json_int_t)person->recovery_left,
	                 "history", history(&person->history));
	lbr_wipe(key, sizeof(key));
	return made;
}

size_t cli_backup_write(const struct backup_person *person, char ret[BACKUP_TEXT_MAX])
{
	json_t *made = object(person);
	size_t len = made != NULL ? json_dumpb(made, ret, BACKUP_TEXT_MAX, JSON_COMPACT) : 0;

	json_decref(made);
	if (len == 0 || len >= BACKUP_TEXT_MAX) {
		lbr_wipe(ret, BACKUP_TEXT_MAX);
		return 0;
	}
	ret[len] = '\0';
	return len;
}

size_t cli_backup_write_end(unsigned count, char ret[BACKUP_TEXT_MAX])
{
	return (size_t)snprintf(ret, BACKUP_TEXT_MAX, "{\"accounts\":%u}", count);
}
