/* The answers of `rekey`. */
#include "rekey.h"

#include <stdio.h>
#include <string.h>

#include "json.h"

#define ID_COLUMN 8
#define ADDED_COLUMN 20
#define NUMBER_COLUMN 10
#define COUNT_WORDS_MAX 64

static const char *people(const struct rekey *rekey, unsigned count, bool records, char ret[COUNT_WORDS_MAX])
{
	enum cli_text one = records ? TEXT_REKEY_RECORD : TEXT_REKEY_PERSON;
	const char *text = cli_text(count == 1 ? one : records ? TEXT_REKEY_RECORDS : TEXT_REKEY_PEOPLE, rekey->cli->language);

	if (count == 1)
		snprintf(ret, COUNT_WORDS_MAX, "%s", text);
	else
		snprintf(ret, COUNT_WORDS_MAX, "%u%s", count, text + strlen("%1"));
	return ret;
}

/* The survey read the store, which many hosts may share; without it there is the order of the file. */
static bool is_in_force(const struct rekey *rekey, const struct key_line *lines, unsigned at)
{
	return rekey->survey.count > 0 ? strcmp(lines[at].id, rekey->survey.keys[0].id) == 0 : at == 0;
}

static void say_state_json(const struct rekey *rekey, const struct key_line *lines, unsigned count)
{
	json_t *keys = json_array();
	unsigned at;

	for (at = 0; at < count; at++) {
		const struct key_count *found = cli_rekey_count_of(&rekey->survey, lines[at].id);

		json_array_append_new(keys, json_pack("{s:s, s:b, s:s?, s:i, s:i}", "id", lines[at].id,
		                                      "active", is_in_force(rekey, lines, at), "added",
		                                      lines[at].added[0] != '\0' ? lines[at].added : NULL,
		                                      "records", found != NULL ? (int)found->records : 0,
		                                      "recovery_sheets", found != NULL ? (int)found->sheets : 0));
	}
	cli_json_line(json_pack("{s:o, s:i}", "keys", keys, "unreadable", (int)rekey->survey.unreadable));
}

static void put(const struct rekey *rekey, enum cli_text text, unsigned width)
{
	cli_write_padded(stdout, cli_text(text, rekey->cli->language), width);
}

static void put_number(unsigned number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	cli_write_padded(stdout, text, NUMBER_COLUMN);
}

void cli_rekey_say_state(const struct rekey *rekey, const struct key_line *lines, unsigned count)
{
	const struct key_count *found;
	unsigned at;

	if (cli_has(rekey->cli, CLI_JSON)) {
		say_state_json(rekey, lines, count);
		return;
	}
	put(rekey, TEXT_REKEY_HEAD_ID, ID_COLUMN);
	put(rekey, TEXT_REKEY_HEAD_ADDED, ADDED_COLUMN);
	put(rekey, TEXT_REKEY_HEAD_RECORDS, NUMBER_COLUMN);
	cli_write(stdout, rekey->cli->language, TEXT_REKEY_HEAD_SHEETS, NULL);
	fputc('\n', stdout);
	for (at = 0; at < count; at++) {
		found = cli_rekey_count_of(&rekey->survey, lines[at].id);
		cli_write_padded(stdout, lines[at].id, ID_COLUMN);
		cli_write_padded(stdout, lines[at].added[0] != '\0' ? lines[at].added : "-", ADDED_COLUMN);
		put_number(found != NULL ? found->records : 0);
		printf("%u", found != NULL ? found->sheets : 0);
		if (is_in_force(rekey, lines, at))
			printf("  %s", cli_text(TEXT_REKEY_IN_FORCE, rekey->cli->language));
		fputc('\n', stdout);
	}
}

void cli_rekey_say_added(const struct rekey *rekey)
{
	if (cli_has(rekey->cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:b, s:b}", "key", rekey->id, "active", 0, "changed", 1));
	else
		cli_write(stdout, rekey->cli->language,
		          rekey->settings.store == LBR_STORE_FILE ? TEXT_REKEY_ADDED : TEXT_REKEY_ADDED_SHARED, rekey->id,
		          rekey->settings.seal_key, NULL);
}

void cli_rekey_say_activated(const struct rekey *rekey)
{
	if (cli_has(rekey->cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:b, s:b}", "key", rekey->id, "active", 1, "changed", rekey->changed));
	else
		cli_write(stdout, rekey->cli->language, rekey->changed ? TEXT_REKEY_ACTIVATED : TEXT_REKEY_ACTIVE_ALREADY,
		          rekey->id, NULL);
}

/* What can follow for each key that is no longer in force. */
static void say_next(const struct rekey *rekey)
{
	char words[COUNT_WORDS_MAX];
	unsigned at;

	for (at = 1; at < rekey->survey.count; at++) {
		const struct key_count *key = &rekey->survey.keys[at];

		if (key->records > 0 || rekey->survey.unreadable > 0)
			continue;
		if (key->sheets > 0)
			cli_write(stdout, rekey->cli->language, TEXT_REKEY_SHEETS_STAY, key->id,
			          people(rekey, key->sheets, false, words), NULL);
		else
			cli_write(stdout, rekey->cli->language, TEXT_REKEY_MAY_RETIRE, key->id, NULL);
	}
}

void cli_rekey_say_resealed(const struct rekey *rekey)
{
	const struct survey *survey = &rekey->survey;
	bool dry = cli_has(rekey->cli, CLI_DRY_RUN);
	char done[COUNT_WORDS_MAX], current[COUNT_WORDS_MAX];

	if (cli_has(rekey->cli, CLI_JSON)) {
		cli_json_line(json_pack("{s:s, s:i, s:i, s:i, s:b, s:b}", "key", survey->keys[0].id,
		                        "resealed", (int)survey->resealed, "current", (int)survey->current,
		                        "unreadable", (int)survey->unreadable, "dry_run", dry, "changed", rekey->changed));
		return;
	}
	cli_write(stdout, rekey->cli->language, dry ? TEXT_REKEY_WOULD_RESEAL : TEXT_REKEY_RESEALED, survey->keys[0].id,
	          people(rekey, survey->resealed, true, done), people(rekey, survey->current, true, current), NULL);
	if (!dry)
		say_next(rekey);
}

enum cli_status cli_rekey_judge_retire(const struct rekey *rekey)
{
	const struct key_count *key = cli_rekey_count_of(&rekey->survey, rekey->id);
	char words[COUNT_WORDS_MAX];

	if (rekey->survey.unreadable > 0)
		return cli_fail(rekey->cli, CLI_FAULT, TEXT_REKEY_UNREADABLE, rekey->id,
		                people(rekey, rekey->survey.unreadable, true, words), NULL);
	if (key == NULL)
		return cli_fail(rekey->cli, CLI_FAULT, TEXT_REKEY_BROKE_OFF, NULL);
	if (key->records > 0)
		return cli_fail(rekey->cli, CLI_NO, TEXT_REKEY_STILL_SEALS, rekey->id, people(rekey, key->records, true, words),
		                NULL);
	if (key->sheets > 0)
		return cli_fail(rekey->cli, CLI_NO, TEXT_REKEY_HAS_SHEETS, rekey->id, people(rekey, key->sheets, false, words),
		                NULL);
	return CLI_DONE;
}

void cli_rekey_say_retired(const struct rekey *rekey, enum cli_status status)
{
	const struct key_count *key = cli_rekey_count_of(&rekey->survey, rekey->id);
	bool dry = cli_has(rekey->cli, CLI_DRY_RUN);

	if (cli_has(rekey->cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:b, s:i, s:i, s:i, s:b, s:b}", "key", rekey->id, "retired", rekey->changed,
		                        "records", key != NULL ? (int)key->records : 0,
		                        "recovery_sheets", key != NULL ? (int)key->sheets : 0,
		                        "unreadable", (int)rekey->survey.unreadable, "dry_run", dry, "changed", rekey->changed));
	else if (status == CLI_DONE)
		cli_write(stdout, rekey->cli->language, dry ? TEXT_REKEY_MAY_GO : TEXT_REKEY_RETIRED, rekey->id,
		          rekey->settings.seal_key, NULL);
}
