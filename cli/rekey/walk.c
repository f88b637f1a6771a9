#include "walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "progress.h"

static void tell_fault(struct rekey_walk *walk, const char *name, enum lbr_error error, const struct lbr_reason *reason)
{
	(void)cli_fail_reason(walk->cli, name != NULL && name[0] != '\0' ? name : NULL, error, reason);
	walk->survey->unreadable++;
}

static struct key_count *count_of(struct survey *survey, const char *id)
{
	const struct key_count *found = cli_rekey_count_of(survey, id);

	return found != NULL ? &survey->keys[found - survey->keys] : NULL;
}

static void count_change(struct rekey_walk *walk, bool changed)
{
	walk->survey->resealed += changed;
	walk->survey->current += !changed;
}

/* A record counts once for each key that it names. One that is only looked at is to be sealed again if it names an older key. */
static void note(struct rekey_walk *walk, const struct lbr_keys_named *named, bool changed)
{
	struct survey *survey = walk->survey;
	struct key_count *sheet = count_of(survey, named->recovery);
	unsigned at, key;

	for (key = 0; key < survey->count; key++) {
		bool names = false;

		for (at = 0; at < LBR_KEYS_NAMED; at++)
			names = names || strcmp(named->sealed[at], survey->keys[key].id) == 0;
		survey->keys[key].records += names;
		changed = changed || (names && key > 0 && !walk->seals);
	}
	count_change(walk, changed);
	if (sheet != NULL)
		sheet->sheets++;
}

static void note_one(struct survey *survey, const char *id)
{
	struct key_count *count = count_of(survey, id);

	if (count != NULL)
		count->records++;
}

static void name_person(const struct rekey_walk *walk, const char *name, const struct lbr_keys_named *named)
{
	if (walk->about == NULL || strcmp(named->recovery, walk->about) != 0)
		return;
	cli_progress_clear();
	if (cli_has(walk->cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:s}", "user", name, "recovery_key", walk->about));
	else
		puts(cli_safe(name));
}

/* A person who was removed meanwhile is no fault. */
static void take_account(struct rekey_walk *walk, const char *name)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_keys_named named;
	enum lbr_error error;
	bool changed = false;

	if (walk->seals)
		error = lbr_store_reseal(walk->session.store, name, &changed, &named, &reason);
	else
		error = lbr_store_keys(walk->session.store, name, &named, &reason);
	if (error != LBR_OK && error != LBR_ERR_ABSENT) {
		tell_fault(walk, name, error, &reason);
	} else if (error == LBR_OK) {
		name_person(walk, name, &named);
		note(walk, &named, changed);
	}
	if (++walk->done % 16 == 0 && walk->total > 0)
		cli_progress_draw(walk->done, walk->total);
}

static int each_account(void *context, const char *name, const struct lbr_reason *reason)
{
	struct rekey_walk *walk = context;

	if (reason != NULL)
		tell_fault(walk, name, LBR_ERR_DAMAGED, reason);
	else
		take_account(walk, name);
	return 0;
}

static void take_decoy(struct rekey_walk *walk, uint8_t number)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_keys_named named;
	enum lbr_error error;
	bool changed = false;

	if (walk->seals)
		error = lbr_store_reseal_decoy(walk->session.store, number, &changed, &named, &reason);
	else
		error = lbr_store_decoy_keys(walk->session.store, number, &named, &reason);
	if (error != LBR_OK) {
		tell_fault(walk, NULL, error, &reason);
		return;
	}
	note(walk, &named, changed);
}

static bool is_old(const struct rekey_walk *walk, const char *id)
{
	return strcmp(id, lbr_keyring_id(walk->session.keyring)) != 0;
}

static int each_notice(void *context, const char *name, enum lbr_notice_kind kind, const struct lbr_notice *notice,
                       enum lbr_error error, const struct lbr_reason *reason)
{
	struct lbr_reason own_reason = { .text = "" };
	struct rekey_walk *walk = context;

	(void)kind;
	if (notice == NULL) {
		tell_fault(walk, name, error, reason);
		return 0;
	}
	if (!walk->seals || !is_old(walk, notice->key_id)) {
		count_change(walk, is_old(walk, notice->key_id));
		note_one(walk->survey, notice->key_id);
		return 0;
	}
	error = lbr_notice_reseal(walk->notices, notice, &own_reason);
	if (error == LBR_ERR_ABSENT)
		return 0;
	if (error != LBR_OK) {
		tell_fault(walk, name, error, &own_reason);
		return 0;
	}
	count_change(walk, true);
	note_one(walk->survey, lbr_keyring_id(walk->session.keyring));
	return 0;
}

/* One that was sent or dropped since its name was read is no fault. */
static void take_message(struct rekey_walk *walk, const char *id)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_message message;
	enum lbr_error error = lbr_message_read(walk->messages, id, &message, &reason);
	bool changed = error == LBR_OK && is_old(walk, message.key_id);

	if (changed && walk->seals)
		error = lbr_message_rewrite(walk->messages, &message, &reason);
	if (error == LBR_OK) {
		count_change(walk, changed);
		note_one(walk->survey, changed && walk->seals ? lbr_keyring_id(walk->session.keyring) : message.key_id);
	} else if (error != LBR_ERR_ABSENT) {
		tell_fault(walk, NULL, error, &reason);
	}
	lbr_wipe(&message, sizeof(message));
}

static void take_messages(struct rekey_walk *walk)
{
	struct lbr_reason reason = { .text = "" };
	char (*ids)[LBR_MESSAGE_ID_MAX] = NULL;
	enum lbr_error error;
	size_t count = 0, at;

	error = lbr_messages_list(walk->messages, &ids, &count, &reason);
	if (error != LBR_OK)
		tell_fault(walk, NULL, error, &reason);
	for (at = 0; error == LBR_OK && at < count; at++)
		take_message(walk, ids[at]);
	free(ids);
}

void cli_rekey_walk(struct rekey_walk *walk)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_store_list_names(walk->session.store, each_account, walk, &reason);
	int number;

	cli_progress_clear();
	if (error != LBR_OK)
		tell_fault(walk, NULL, error, &reason);
	for (number = 0; number < LBR_DECOYS; number++)
		take_decoy(walk, (uint8_t)number);
	if (walk->notices != NULL) {
		error = lbr_notices_list(walk->notices, each_notice, walk, &reason);
		if (error != LBR_OK)
			tell_fault(walk, NULL, error, &reason);
	}
	if (walk->messages != NULL)
		take_messages(walk);
}
