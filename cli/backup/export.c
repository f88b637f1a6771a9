/* `export FILE [USER...]`: accounts into a file that a passphrase seals, for another machine or for a bad day. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <liberations/recovery.h>

#include "admin_session.h"
#include "backup_person.h"
#include "backup_seal.h"
#include "desk_log.h"
#include "json.h"
#include "kept_file.h"
#include "passphrase.h"
#include "reason.h"
#include "write_all.h"

/* Argon2id's: a second or so, and memory that a guesser has to pay for too. */
#define KEY_PASSES 3
#define KEY_MEMORY (UINT64_C(256) << 20)

struct exporting {
	struct cli           *cli;
	struct admin_session  session;
	struct kept_files     output;
	struct backup_seal    seal;
	unsigned              count, missing;
	enum cli_status       status; /* CLI_DONE while the file can still become whole */
};

static void fail_output(struct exporting *course)
{
	course->status = cli_fail(course->cli, CLI_FAULT, TEXT_NAMED, cli_safe(course->cli->words[0]),
	                          cli_errno(course->cli->language, errno), NULL);
}

static void put_line(struct exporting *course, const char *text, size_t len, bool last)
{
	char line[BACKUP_LINE_MAX];
	size_t line_len = len > 0 ? cli_seal_push(&course->seal, text, len, last, line) : 0;

	errno = ENOMEM;
	if (line_len == 0 || !cli_write_all(course->output.file[0].fd, line, line_len))
		fail_output(course);
}

static enum lbr_error collect(const struct exporting *course, const char *name, struct backup_person *ret,
                              struct lbr_reason *reason)
{
	struct lbr_view view;
	enum lbr_error error = lbr_store_load_with_history(course->session.store, name, LBR_HISTORY_MAX, &view, reason);

	if (error == LBR_OK) {
		ret->account = view.account;
		ret->counters = view.counters;
		ret->history = view.history;
		ret->recovery_left = lbr_recovery_left(&view.account, &view.counters);
		error = lbr_token_unseal(course->session.keyring, lbr_account_keyed_name(&view.account), &view.account.token,
		                         ret->key);
		if (error != LBR_OK)
			(void)lbr_fail_at(reason, error, name, LBR_WHY(TOKEN_NOT_UNSEALED));
	}
	lbr_view_release(&view);
	return error;
}

static enum lbr_error export_one(struct exporting *course, const char *name, struct lbr_reason *reason)
{
	struct backup_person person;
	char text[BACKUP_TEXT_MAX];
	enum lbr_error error;

	memset(&person, 0, sizeof(person));
	error = collect(course, name, &person, reason);
	if (error == LBR_OK) {
		put_line(course, text, cli_backup_write(&person, text), false);
		course->count++;
		lbr_wipe(text, sizeof(text));
	}
	lbr_wipe(&person, sizeof(person));
	return error;
}

/* Who was removed meanwhile is not missing, nor is a stray file, which has no name. */
static int export_listed(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                         const struct lbr_reason *reason)
{
	struct exporting *course = context;
	struct lbr_reason why = { .text = "" };
	enum lbr_error error = LBR_ERR_DAMAGED;

	if (account != NULL && counters != NULL)
		error = export_one(course, name, &why);
	else
		why = *reason;
	if (error != LBR_OK && error != LBR_ERR_ABSENT) {
		(void)cli_fail_reason(course->cli, name[0] != '\0' ? name : NULL, error, &why);
		course->missing += name[0] != '\0';
	}
	return course->status != CLI_DONE;
}

/* Where a part of the store cannot be read, nobody knows who is missing. */
static void export_all(struct exporting *course)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_store_list(course->session.store, export_listed, course, &reason);

	if (error != LBR_OK && course->status == CLI_DONE) {
		(void)cli_fail_reason(course->cli, NULL, error, &reason);
		course->status = CLI_FAULT;
	}
}

/* Who was asked for by name must be there. */
static void export_named(struct exporting *course, char *const *names, int count)
{
	int at, before;

	for (at = 0; at < count && course->status == CLI_DONE; at++) {
		struct lbr_reason reason = { .text = "" };
		enum lbr_error error;

		for (before = 0; before < at && strcmp(names[before], names[at]) != 0; before++)
			continue;
		if (before < at)
			continue;
		error = export_one(course, names[at], &reason);
		if (error != LBR_OK)
			course->status = cli_admin_fail(course->cli, names[at], error, &reason);
	}
}

static void write_file(struct exporting *course)
{
	const struct cli *cli = course->cli;
	char text[BACKUP_TEXT_MAX];

	if (!cli_write_all(course->output.file[0].fd, course->seal.header, course->seal.header_len)) {
		fail_output(course);
		return;
	}
	if (cli->count > 1)
		export_named(course, cli->words + 1, cli->count - 1);
	else
		export_all(course);
	if (course->status == CLI_DONE)
		put_line(course, text, cli_backup_write_end(course->count, text), true);
}

static enum cli_status begin(struct exporting *course)
{
	struct cli *cli = course->cli;
	struct lbr_reason reason = { .text = "" };
	struct lbr_secret passphrase = { .len = 0 };
	enum backup_fault fault = BACKUP_SOUND;
	enum cli_status status = cli_passphrase_take(cli, &course->session.settings, true, &passphrase);

	if (status == CLI_DONE)
		status = cli_admin_open_loaded(cli, &course->session);
	if (status == CLI_DONE)
		fault = cli_seal_begin(&passphrase, cli_now_s(), KEY_PASSES, KEY_MEMORY, &course->seal);
	lbr_secret_wipe(&passphrase);
	if (fault == BACKUP_MEMORY)
		return cli_fail(cli, CLI_FAULT, TEXT_BACKUP_MEMORY, cli_safe(course->cli->words[0]), NULL);
	if (fault != BACKUP_SOUND)
		return cli_fail_reason(cli, NULL, lbr_fail(&reason, LBR_ERR_SYSTEM, LBR_WHY(NO_RANDOMNESS)), &reason);
	return status;
}

static enum cli_status say(const struct exporting *course)
{
	const struct cli *cli = course->cli;
	char count[16], missing[16];

	snprintf(count, sizeof(count), "%u", course->count);
	snprintf(missing, sizeof(missing), "%u", course->missing);
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:i, s:i}", "file", cli_safe(course->cli->words[0]), "accounts", (int)course->count,
		                        "missing", (int)course->missing));
	else
		cli_write(stdout, cli->language, TEXT_EXPORTED, count, cli_safe(course->cli->words[0]), NULL);
	if (course->missing > 0)
		return cli_fail(cli, CLI_FAULT, TEXT_EXPORT_MISSING, missing, NULL);
	return CLI_DONE;
}

static void make_file(struct exporting *course)
{
	const char *const paths[] = { course->cli->words[0] };
	size_t at;
	int error = cli_kept_create(paths, 1, &course->output, &at);

	if (error != 0)
		course->status = cli_kept_fail(course->cli, paths[0], error);
}

static enum cli_status export(struct exporting *course)
{
	make_file(course);
	if (course->status == CLI_DONE)
		course->status = begin(course);
	if (course->status == CLI_DONE)
		write_file(course);
	if (course->status == CLI_DONE && !cli_kept_sync(&course->output.file[0]))
		fail_output(course);
	if (course->status == CLI_DONE)
		cli_kept_keep(&course->output);
	cli_kept_close(&course->output);
	if (course->status != CLI_DONE)
		return course->status;
	cli_desk_log_count(course->cli, CLI_DONE, true, course->count);
	return say(course);
}

enum cli_status cli_export(struct cli *cli)
{
	struct exporting course = { .cli = cli };
	enum cli_status status = cli_settings_load(cli, &course.session.settings);

	if (status == CLI_DONE && !cli_may_administer(cli))
		return cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NEEDS_ROOT, cli->verb->name, NULL);
	if (status == CLI_DONE)
		status = export(&course);
	cli_seal_wipe(&course.seal);
	cli_admin_close(&course.session);
	return status;
}
