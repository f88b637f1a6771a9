/* Accounts in the state that a test wants: every field is "word=value", applied in order. */
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>

#include <liberations/password.h>
#include <liberations/store.h>

#define FIELDS_MAX 24

enum harm { HARM_NONE, HARM_ACCOUNT, HARM_COUNTERS, HARM_NO_COUNTERS, HARM_ABSENT };

struct draft {
	struct world_place *place;
	struct lbr_account  account;
	struct lbr_counters counters;
	enum harm           harm;
	int64_t             now_s;
};

struct edit {
	const char        *name;
	int                count;
	const char *const *fields;
};

/* --- the fields ----------------------------------------------------------------------------------------------------------- */

static bool set_password(struct draft *draft, const char *value)
{
	struct lbr_secret typed = {0}, normal = {0};
	bool done;

	done = lbr_secret_set(&typed, value, strlen(value)) == LBR_OK && lbr_password_normalise(&typed, &normal) == LBR_OK &&
	       lbr_password_hash(&normal, draft->place->settings.hash_cost, draft->account.password_hash) == LBR_OK;
	lbr_secret_wipe(&typed);
	lbr_secret_wipe(&normal);
	return done;
}

static bool set_key(struct draft *draft, const char *value)
{
	unsigned char key[LBR_TOKEN_KEY_LEN];
	unsigned byte;
	size_t i;

	if (strlen(value) != 2 * sizeof(key))
		return false;
	for (i = 0; i < sizeof(key); i++) {
		if (sscanf(value + 2 * i, "%2x", &byte) != 1)
			return false;
		key[i] = (unsigned char)byte;
	}
	return lbr_ring_seal(draft->place->ring, draft->account.name, key, &draft->account.token) == LBR_OK;
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

static void make_own(struct draft *draft)
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

	make_own(draft);
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
		fail_lane(draft, LBR_LANE_REMOTE, 6, 600);
	else if (strcmp(value, "throttled-local") == 0)
		fail_lane(draft, LBR_LANE_LOCAL, 6, 600);
	else if (strcmp(value, "locked") == 0)
		fail_lane(draft, LBR_LANE_REMOTE, lock_after, 0);
	else if (strcmp(value, "locked-local") == 0)
		fail_lane(draft, LBR_LANE_LOCAL, lock_after, 0);
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
	if (strcmp(word, "uid") == 0) {
		draft->account.has_uid = true;
		draft->account.uid = (uint32_t)number;
	} else if (strcmp(word, "age_days") == 0) {
		draft->account.password_set_s = draft->now_s - number * 86400;
	} else if (strcmp(word, "failures") == 0) {
		fail_lane(draft, LBR_LANE_LOCAL, number, 0);
		fail_lane(draft, LBR_LANE_REMOTE, number, 0);
	} else if (strcmp(word, "wait") == 0) {
		draft->counters.lanes[LBR_LANE_LOCAL].next_try_s = draft->now_s + number;
		draft->counters.lanes[LBR_LANE_REMOTE].next_try_s = draft->now_s + number;
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

static bool apply(struct draft *draft, const char *field)
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
		return set_password(draft, value);
	if (strcmp(word, "key") == 0)
		return set_key(draft, value);
	if (strcmp(word, "language") == 0)
		return set_language(draft, value);
	if (read_number(value, &number) && set_number(draft, word, number))
		return true;
	return read_time(draft, value, &number) && set_time(draft, word, number);
}

/* --- writing -------------------------------------------------------------------------------------------------------------- */

static bool file_of(const struct draft *draft, const char *kind, char *path, size_t size)
{
	char shard[3], file[LBR_NAME_FILE_MAX + 1];

	if (lbr_name_shard(draft->account.name, shard) != LBR_OK || lbr_name_encode(draft->account.name, file) != LBR_OK)
		return false;
	snprintf(path, size, "%s/%s/%s/%s", draft->place->settings.state, kind, shard, file);
	return true;
}

/* Flips one bit in the middle of every 64 bytes: both slots of the counters are hit. */
static bool flip(const char *path)
{
	unsigned char byte;
	struct stat status;
	off_t at;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool done = fd >= 0 && fstat(fd, &status) == 0;

	for (at = 32; done && at < status.st_size; at += 64) {
		done = pread(fd, &byte, 1, at) == 1;
		byte ^= 1;
		done = done && pwrite(fd, &byte, 1, at) == 1;
	}
	if (fd >= 0)
		close(fd);
	return done;
}

static bool do_harm(const struct draft *draft)
{
	char path[LBR_PATH_MAX + LBR_NAME_FILE_MAX + 32];

	if (draft->harm == HARM_NONE || draft->harm == HARM_ABSENT)
		return true;
	if (!file_of(draft, draft->harm == HARM_ACCOUNT ? "accounts" : "counters", path, sizeof(path)))
		return false;
	return draft->harm == HARM_NO_COUNTERS ? unlink(path) == 0 : flip(path);
}

/* What is there, or the start of a new account. */
static bool load(struct draft *draft, const char *name, bool *ret_old)
{
	struct lbr_hold hold = {0};

	*ret_old = lbr_hold_open(draft->place->store, name, &hold, NULL) == LBR_OK;
	if (*ret_old) {
		draft->account = hold.account;
		draft->counters = hold.counters;
	}
	lbr_hold_close(&hold);
	if (*ret_old)
		return true;
	snprintf(draft->account.name, sizeof(draft->account.name), "%s", name);
	make_own(draft);
	return set_password(draft, WORLD_PASSWORD) && set_key(draft, WORLD_KEY_HEX);
}

static enum lbr_error store_new(struct draft *draft, struct lbr_reason *reason)
{
	const char *name = draft->account.name;
	enum lbr_error error = lbr_store_remove(draft->place->store, name, reason);

	if (draft->harm == HARM_ABSENT)
		return error == LBR_ERR_ABSENT ? LBR_OK : error;
	draft->account.generation = 1;
	error = lbr_store_create(draft->place->store, &draft->account, reason);
	if (error == LBR_OK)
		error = lbr_store_rebuild_counters(draft->place->store, name, &draft->counters, reason);
	return error;
}

static enum lbr_error store_changed(struct draft *draft, struct lbr_reason *reason)
{
	struct lbr_hold hold = {0};
	enum lbr_error error = lbr_hold_open(draft->place->store, draft->account.name, &hold, reason);

	if (error != LBR_OK)
		return error;
	draft->account.generation = hold.account.generation;
	hold.account = draft->account;
	hold.counters = draft->counters;
	error = lbr_hold_commit_counters(&hold, reason);
	if (error == LBR_OK)
		error = lbr_hold_commit_account(&hold, reason);
	lbr_hold_close(&hold);
	return error;
}

static bool edit(struct world_place *place, void *context, void *ret, struct lbr_reason *reason)
{
	const struct edit *wanted = context;
	struct draft draft = {.place = place, .now_s = time(NULL)};
	enum lbr_error error;
	bool old;
	int i;

	(void)ret;
	if (!load(&draft, wanted->name, &old)) {
		lbr_fail(reason, LBR_ERR_INTERNAL, "%s: no account could be made", wanted->name);
		return false;
	}
	for (i = 0; i < wanted->count; i++) {
		if (!apply(&draft, wanted->fields[i])) {
			lbr_fail(reason, LBR_ERR_SYNTAX, "%s: not understood", wanted->fields[i]);
			return false;
		}
	}
	error = old && draft.harm != HARM_ABSENT ? store_changed(&draft, reason) : store_new(&draft, reason);
	return error == LBR_OK && do_harm(&draft);
}

bool world_edit(const char *config, const char *name, int count, const char *const *fields, struct lbr_reason *reason)
{
	struct edit wanted = {name, count, fields};

	return world_as_owner(config, edit, &wanted, NULL, 0, reason);
}

void world_set(const struct world *world, const char *name, ...)
{
	const char *fields[FIELDS_MAX];
	struct lbr_reason reason = {""};
	va_list arguments;
	int count = 0;

	va_start(arguments, name);
	while (count < FIELDS_MAX && (fields[count] = va_arg(arguments, const char *)) != NULL)
		count++;
	va_end(arguments);
	if (!world_edit(world->config, name, count, fields, &reason))
		world_die("%s: %s", name, reason.text);
}

static bool view(struct world_place *place, void *context, void *ret, struct lbr_reason *reason)
{
	struct world_view *seen = ret;
	struct lbr_hold hold = {0};

	seen->error = lbr_hold_open(place->store, context, &hold, reason);
	seen->account = hold.account;
	seen->counters = hold.counters;
	lbr_hold_close(&hold);
	return true;
}

struct world_view world_view(const char *config, const char *name)
{
	struct world_view seen = {.error = LBR_ERR_INTERNAL};
	struct lbr_reason reason = {""};

	if (!world_as_owner(config, view, (void *)(uintptr_t)name, &seen, sizeof(seen), &reason))
		world_die("%s: %s", name, reason.text);
	return seen;
}
