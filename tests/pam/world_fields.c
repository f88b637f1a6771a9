/* The fields that `lbr-world --help` lists. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world_draft.h"

#include <liberations/password.h>

bool draft_set_password(struct draft *draft, const char *value)
{
	struct lbr_secret typed = {0}, normal = {0};
	bool done;

	done = lbr_secret_set(&typed, value, strlen(value)) == LBR_OK && lbr_password_normalise(&typed, &normal) == LBR_OK &&
	       lbr_password_hash(&normal, draft->place->settings.hash_cost, draft->account.password_hash) == LBR_OK;
	lbr_secret_wipe(&typed);
	lbr_secret_wipe(&normal);
	return done;
}

/* As another system made it. */
static bool set_hash(struct draft *draft, const char *value)
{
	int len = snprintf(draft->account.password_hash, sizeof(draft->account.password_hash), "%s", value);

	return len > 0 && (size_t)len < sizeof(draft->account.password_hash);
}

bool draft_set_key(struct draft *draft, const char *value)
{
	unsigned char key[LBR_TOKEN_KEY_LEN] = {0};
	unsigned byte;
	size_t i;

	if (strlen(value) > 2 * sizeof(key))
		return false;
	for (i = 0; i < strlen(value) / 2; i++) {
		if (sscanf(value + 2 * i, "%2x", &byte) != 1)
			return false;
		key[i] = (unsigned char)byte;
	}
	return lbr_token_seal(draft->place->keyring, draft->account.name, key, &draft->account.token) == LBR_OK;
}

/* "12", "-200d" (before now), "+72h" (after now), "now". */
static bool read_time(const struct draft *draft, const char *value, int64_t *ret)
{
	static const char units[] = "smhd";
	static const int64_t seconds[] = {1, 60, 3600, 86400};
	const char *unit;
	char *end;
	long long number;

	if (strcmp(value, "now") == 0) {
		*ret = draft->now_s;
		return true;
	}
	number = strtoll(value, &end, 10);
	if (end == value)
		return false;
	*ret = number;
	if (*value != '-' && *value != '+')
		return *end == '\0';
	unit = strchr(units, *end);
	if (*end == '\0' || unit == NULL || end[1] != '\0')
		return false;
	*ret = draft->now_s + number * seconds[unit - units];
	return true;
}

static bool read_number(const char *value, int64_t *ret)
{
	char *end;

	*ret = strtoll(value, &end, 10);
	return end != value && *end == '\0';
}

static void fail_lane(struct draft *draft, enum lbr_lane lane, int64_t failures, int64_t wait_s)
{
	draft->counters.lanes[lane].password_failures = (uint32_t)failures;
	draft->counters.lanes[lane].code_failures = (uint32_t)failures;
	draft->counters.lanes[lane].next_try_s = wait_s > 0 ? draft->now_s + wait_s : 0;
}

void draft_make_own(struct draft *draft)
{
	struct lbr_account *account = &draft->account;

	account->disabled = account->must_change = false;
	account->password_kind = LBR_PASSWORD_OWN;
	account->token_kind = LBR_TOKEN_CONFIRMED;
	account->password_set_s = draft->now_s - 3600;
	account->invited_until_s = 0;
	memset(&draft->counters, 0, sizeof(draft->counters));
	draft->harm = HARM_NONE;
}

static void make_temporary(struct draft *draft, int64_t until_s)
{
	draft->account.password_kind = LBR_PASSWORD_TEMPORARY;
	draft->account.invited_until_s = until_s;
}

static bool set_state(struct draft *draft, const char *value)
{
	unsigned lock_after = draft->place->settings.lock_after;

	draft_make_own(draft);
	if (strcmp(value, "own") == 0)
		return true;
	if (strcmp(value, "temporary") == 0 || strcmp(value, "pending") == 0)
		make_temporary(draft, draft->now_s + 3 * 86400);
	else if (strcmp(value, "ended") == 0 || strcmp(value, "ended-pending") == 0)
		make_temporary(draft, draft->now_s - 60);
	else if (strcmp(value, "own-pending") == 0)
		draft->account.token_kind = LBR_TOKEN_PENDING;
	else if (strcmp(value, "expired") == 0)
		draft->account.password_set_s = draft->now_s - (int64_t)200 * 86400;
	else if (strcmp(value, "must-change") == 0)
		draft->account.must_change = true;
	else if (strcmp(value, "disabled") == 0)
		draft->account.disabled = true;
	else if (strcmp(value, "throttled") == 0)
		fail_lane(draft, LBR_LANE_STRANGER, 6, 600);
	else if (strcmp(value, "throttled-console") == 0)
		fail_lane(draft, LBR_LANE_CONSOLE, 6, 600);
	else if (strcmp(value, "locked") == 0)
		fail_lane(draft, LBR_LANE_STRANGER, lock_after, 0);
	else if (strcmp(value, "locked-console") == 0)
		fail_lane(draft, LBR_LANE_CONSOLE, lock_after, 0);
	else if (strcmp(value, "damaged") == 0)
		draft->harm = HARM_ACCOUNT;
	else if (strcmp(value, "damaged-counters") == 0)
		draft->harm = HARM_COUNTERS;
	else if (strcmp(value, "no-counters") == 0)
		draft->harm = HARM_NO_COUNTERS;
	else if (strcmp(value, "unknown") == 0)
		draft->harm = HARM_ABSENT;
	else
		return false;
	if (strstr(value, "pending") != NULL)
		draft->account.token_kind = LBR_TOKEN_PENDING;
	return true;
}

static bool set_number(struct draft *draft, const char *word, int64_t number)
{
	int lane;

	if (strcmp(word, "uid") == 0) {
		draft->account.has_uid = true;
		draft->account.uid = (uint32_t)number;
	} else if (strcmp(word, "age_days") == 0) {
		draft->account.password_set_s = draft->now_s - number * 86400;
	} else if (strcmp(word, "failures") == 0) {
		for (lane = 0; lane < LBR_LANES; lane++)
			fail_lane(draft, (enum lbr_lane)lane, number, 0);
	} else if (strcmp(word, "wait") == 0) {
		for (lane = 0; lane < LBR_LANES; lane++)
			draft->counters.lanes[lane].next_try_s = draft->now_s + number;
	} else if (strcmp(word, "last_step") == 0) {
		draft->counters.last_step = number;
	} else {
		return false;
	}
	return true;
}

static bool set_time(struct draft *draft, const char *word, int64_t time_s)
{
	if (strcmp(word, "password_set") == 0)
		draft->account.password_set_s = time_s;
	else if (strcmp(word, "invited_until") == 0)
		draft->account.invited_until_s = time_s;
	else if (strcmp(word, "last_accepted") == 0)
		draft->counters.last_step = lbr_token_step(time_s);
	else
		return false;
	return true;
}

static bool set_language(struct draft *draft, const char *value)
{
	draft->account.language = strcmp(value, "fr") == 0 ? LBR_LANGUAGE_FR
	                          : strcmp(value, "en") == 0 ? LBR_LANGUAGE_EN : LBR_LANGUAGE_NONE;
	return draft->account.language != LBR_LANGUAGE_NONE || strcmp(value, "none") == 0;
}

bool draft_apply(struct draft *draft, const char *field)
{
	const char *value = strchr(field, '=');
	char word[32];
	int64_t number;

	if (value == NULL || (size_t)(value - field) >= sizeof(word))
		return false;
	snprintf(word, sizeof(word), "%.*s", (int)(value - field), field);
	value++;
	if (strcmp(word, "state") == 0)
		return set_state(draft, value);
	if (strcmp(word, "password") == 0)
		return draft_set_password(draft, value);
	if (strcmp(word, "hash") == 0)
		return set_hash(draft, value);
	if (strcmp(word, "key") == 0)
		return draft_set_key(draft, value);
	if (strcmp(word, "language") == 0)
		return set_language(draft, value);
	if (read_number(value, &number) && set_number(draft, word, number))
		return true;
	return read_time(draft, value, &number) && set_time(draft, word, number);
}
