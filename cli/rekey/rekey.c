/* `rekey`: another seal key, step by step. Each step is complete in itself, so what was interrupted can be repeated. */
#include "rekey.h"

#include <string.h>

#include "desk_log.h"
#include "key_file.h"
#include "question.h"

#define REKEY_STEPS (CLI_ADD | CLI_ACTIVATE | CLI_RESEAL | CLI_RETIRE)

static enum cli_status show(struct rekey *rekey)
{
	struct key_line lines[LBR_KEYRING_KEYS_MAX];
	enum cli_status status;
	struct key_file file;
	struct key_text text;
	unsigned count;

	status = cli_key_file_open(rekey->cli, rekey->settings.seal_key, &file, &text);
	if (status != CLI_DONE)
		return status;
	count = key_text_list(&text, lines);
	lbr_wipe(&text, sizeof(text));
	cli_key_file_close(&file);
	status = cli_rekey_survey(rekey->cli, &rekey->settings, NULL, &rekey->survey);
	cli_rekey_say_state(rekey, lines, count);
	return status;
}

static enum cli_status put_new(struct rekey *rekey, const struct key_file *file, struct key_text *text)
{
	struct key_line lines[LBR_KEYRING_KEYS_MAX];
	struct lbr_reason reason = { .text = "" };
	char line[LBR_KEY_LINE_MAX] = "", added[CLI_TIME_MAX];
	enum lbr_error error;
	bool fits = key_text_list(text, lines) < LBR_KEYRING_KEYS_MAX;

	if (!fits)
		return cli_fail(rekey->cli, CLI_NO, TEXT_REKEY_FULL, "16", NULL);
	error = lbr_keyring_new_line(line);
	if (error != LBR_OK) {
		lbr_fail(&reason, error, LBR_WHY(NO_RANDOMNESS));
		cli_fail_reason(rekey->cli, NULL, error, &reason);
		return CLI_FAULT;
	}
	memcpy(rekey->id, line, LBR_KEY_ID_LEN);
	fits = key_text_add(text, line, cli_time_utc(cli_now_s(), added));
	lbr_wipe(line, sizeof(line));
	return fits ? cli_key_file_replace(rekey->cli, file, text) : cli_fail(rekey->cli, CLI_NO, TEXT_REKEY_FULL, "16", NULL);
}

static enum cli_status add(struct rekey *rekey, const struct key_file *file, struct key_text *text)
{
	enum cli_status status = put_new(rekey, file, text);

	rekey->changed = status == CLI_DONE;
	if (status == CLI_DONE)
		cli_rekey_say_added(rekey);
	return status;
}

static bool is_in_force(const struct rekey *rekey, const struct key_text *text)
{
	struct key_line lines[LBR_KEYRING_KEYS_MAX];

	return key_text_list(text, lines) > 0 && strcmp(lines[0].id, rekey->id) == 0;
}

static bool is_shared(const struct rekey *rekey)
{
	return rekey->settings.store != LBR_STORE_FILE;
}

static void name_lacking(const struct rekey *rekey, const struct lacking *lacking)
{
	unsigned at;

	for (at = 0; at < lacking->count; at++)
		cli_fail(rekey->cli, CLI_NO, TEXT_REKEY_HOST_LACKS, cli_safe(lacking->names[at]), rekey->id,
		         rekey->settings.seal_key, NULL);
}

/* For all hosts; the order in this host's file follows. */
static enum cli_status activate_shared(struct rekey *rekey, const struct key_text *text)
{
	struct lacking lacking;
	enum cli_status status;

	if (!key_text_has(text, rekey->id))
		return cli_fail(rekey->cli, CLI_NO, TEXT_REKEY_NO_KEY, NULL);
	status = cli_rekey_activate_shared(rekey->cli, &rekey->settings, rekey->id, &rekey->changed, &lacking);
	name_lacking(rekey, &lacking);
	return status;
}

static enum cli_status activate(struct rekey *rekey, const struct key_file *file, struct key_text *text)
{
	enum cli_status status = is_shared(rekey) ? activate_shared(rekey, text) : CLI_DONE;

	if (status == CLI_DONE && !is_in_force(rekey, text)) {
		if (!key_text_activate(text, rekey->id))
			return cli_fail(rekey->cli, CLI_NO, TEXT_REKEY_NO_KEY, NULL);
		status = cli_key_file_replace(rekey->cli, file, text);
		rekey->changed = rekey->changed || status == CLI_DONE;
	}
	if (status == CLI_DONE)
		cli_rekey_say_activated(rekey);
	return status;
}

/* The search is made under the lock of the key file: no key comes into force between it and the end. */
static enum cli_status retire(struct rekey *rekey, const struct key_file *file, struct key_text *text)
{
	const char *about = cli_has(rekey->cli, CLI_DRY_RUN) ? rekey->id : NULL;
	enum cli_status status;

	if (!is_shared(rekey) && is_in_force(rekey, text))
		return cli_fail(rekey->cli, CLI_NO, TEXT_REKEY_FORCE_STAYS, rekey->id, NULL);
	if (!key_text_has(text, rekey->id))
		return cli_fail(rekey->cli, CLI_NO, TEXT_REKEY_NO_KEY, NULL);
	status = cli_rekey_survey(rekey->cli, &rekey->settings, about, &rekey->survey);
	if (is_shared(rekey) && strcmp(rekey->survey.keys[0].id, rekey->id) == 0)
		return cli_fail(rekey->cli, CLI_NO, TEXT_REKEY_FORCE_STAYS, rekey->id, NULL);
	if (status == CLI_DONE || rekey->survey.unreadable > 0)
		status = cli_rekey_judge_retire(rekey);
	if (status == CLI_DONE && about == NULL)
		status = cli_ask_yes(rekey->cli, TEXT_REKEY_ASK, rekey->id, TEXT_REKEY_KEPT);
	if (status == CLI_DONE && about == NULL) {
		(void)key_text_remove(text, rekey->id); /* it is there */
		status = cli_key_file_replace(rekey->cli, file, text);
		rekey->changed = status == CLI_DONE;
	}
	if (status != CLI_USAGE)
		cli_rekey_say_retired(rekey, status);
	return status;
}

static enum cli_status reseal(struct rekey *rekey)
{
	bool dry = cli_has(rekey->cli, CLI_DRY_RUN);
	enum cli_status status = dry ? cli_rekey_survey(rekey->cli, &rekey->settings, NULL, &rekey->survey) :
	                               cli_rekey_reseal(rekey->cli, &rekey->settings, &rekey->survey);

	rekey->changed = !dry && rekey->survey.resealed > 0;
	if (rekey->survey.count > 0)
		cli_rekey_say_resealed(rekey);
	return status;
}

static enum cli_status change(struct rekey *rekey)
{
	struct key_file file;
	struct key_text text;
	enum cli_status status = cli_key_file_open(rekey->cli, rekey->settings.seal_key, &file, &text);

	if (status != CLI_DONE)
		return status;
	if (cli_has(rekey->cli, CLI_ADD))
		status = add(rekey, &file, &text);
	else
		status = cli_has(rekey->cli, CLI_ACTIVATE) ? activate(rekey, &file, &text) : retire(rekey, &file, &text);
	lbr_wipe(&text, sizeof(text));
	cli_key_file_close(&file);
	return status;
}

/* Something longer than an id is no key either. */
static enum cli_status judge(struct rekey *rekey)
{
	const cli_options steps = rekey->cli->options & REKEY_STEPS;
	const char *id = cli_has(rekey->cli, CLI_ACTIVATE) ? rekey->cli->activate : rekey->cli->retire;

	if ((steps & (steps - 1)) != 0)
		return cli_fail(rekey->cli, CLI_USAGE, TEXT_REKEY_ONE_STEP, NULL);
	if (cli_has(rekey->cli, CLI_DRY_RUN) && (steps & (CLI_RESEAL | CLI_RETIRE)) == 0)
		return cli_fail(rekey->cli, CLI_USAGE, TEXT_REKEY_DRY, NULL);
	if (id != NULL && strlen(id) == LBR_KEY_ID_LEN)
		memcpy(rekey->id, id, LBR_KEY_ID_LEN);
	return CLI_DONE;
}

enum cli_status cli_rekey(struct cli *cli)
{
	struct rekey rekey = { .cli = cli };
	enum cli_status status = judge(&rekey);

	if (status == CLI_DONE && !cli_may_administer(cli))
		status = cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NEEDS_ROOT, cli->verb->name, NULL);
	if (status == CLI_DONE)
		status = cli_settings_load(cli, &rekey.settings);
	if (status != CLI_DONE)
		return status;
	if (cli_has(cli, CLI_RESEAL)) {
		status = reseal(&rekey);
		cli_desk_log_count(cli, status, rekey.changed, rekey.survey.resealed);
	} else if ((cli->options & REKEY_STEPS) != 0) {
		status = change(&rekey);
		cli_desk_log_change(cli, NULL, status, rekey.changed);
	} else {
		status = show(&rekey);
	}
	return status;
}
