/* `restore FILE`: the accounts of an export. The file is read twice: all of it is proven and judged before the first account is
 * made, so that a fault anywhere changes nothing. */
#include "restore.h"

#include <search.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/name.h>
#include <liberations/token.h>

#include "admin_session.h"
#include "backup_input.h"
#include "desk_log.h"
#include "passphrase.h"
#include "progress.h"

#define SKEW_S 300 /* by which two machines' clocks may differ */

struct restoring {
	struct cli           *cli;
	struct admin_session  session;
	struct backup_input   input;
	int64_t               now_s;
	bool                  second; /* the pass that writes */
	unsigned              total;
	unsigned              existing; /* without --merge */
	void                 *seen;     /* folded names of this pass */
	struct restore_sum    sum;
	enum cli_status       worst;
};

static void keep_worst(struct restoring *course, enum cli_status status)
{
	course->worst = status > course->worst ? status : course->worst;
}

static int compare(const void *one, const void *other)
{
	return strcmp(one, other);
}

/* True the first time, in whatever case and normalisation. */
static bool is_first(struct restoring *course, const char *name)
{
	char folded[LBR_NAME_FOLDED_MAX + 1], *key = NULL, **kept = NULL;

	if (lbr_name_fold(name, folded) == LBR_OK)
		key = strdup(folded);
	if (key != NULL)
		kept = tsearch(key, &course->seen, compare);
	if (kept != NULL && *kept == key)
		return true;
	free(key);
	return false;
}

static void forget_names(struct restoring *course)
{
	tdestroy(course->seen, free);
	course->seen = NULL;
}

/* Whether the name is free here. A fault is told. */
static enum restore_outcome look(struct restoring *course, const char *name)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	enum lbr_error error = lbr_store_is_free(course->session.store, name, &reason);
	bool is_itself;

	if (error == LBR_OK)
		return RESTORE_TAKEN;
	if (error != LBR_ERR_EXISTS) {
		keep_worst(course, cli_fail_reason(course->cli, name, error, &reason));
		return RESTORE_FAULT;
	}
	is_itself = lbr_store_load(course->session.store, name, &view, NULL) != LBR_ERR_ABSENT;
	lbr_view_release(&view);
	if (cli_has(course->cli, CLI_MERGE))
		return is_itself ? RESTORE_EXISTS : RESTORE_LOOKS;
	course->existing++;
	(void)cli_fail_reason(course->cli, name, error, &reason);
	return RESTORE_FAULT;
}

/* Asked for each account anew: a passphrase may be typed late, a long file takes its time, and the account that is made again may
 * have been in use here until a moment ago. */
static int64_t least_step(const struct restoring *course)
{
	const int64_t made_s = course->input.seal.created_s, now_s = cli_now_s();

	return lbr_token_step(made_s > now_s ? made_s : now_s) + LBR_WINDOW_MAX;
}

static enum restore_outcome judge(struct restoring *course, struct backup_person *person, bool sound)
{
	const char *name = person->account.name;
	char number[16];

	if (sound && cli_backup_take_in(course->session.keyring, least_step(course), person) == LBR_OK) {
		if (is_first(course, name))
			return look(course, name);
		keep_worst(course, cli_fail(course->cli, CLI_FAULT, TEXT_RESTORE_TWICE, name, NULL));
		return RESTORE_FAULT;
	}
	snprintf(number, sizeof(number), "%u", course->input.people);
	keep_worst(course, cli_fail(course->cli, CLI_FAULT, TEXT_RESTORE_BAD, number, NULL));
	return RESTORE_FAULT;
}

static enum restore_outcome create(struct restoring *course, const struct backup_person *person)
{
	const char *name = person->account.name;
	const struct lbr_record record = { .account = &person->account, .counters = &person->counters,
	                                   .history = person->history.count > 0 ? &person->history : NULL };
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_store_create(course->session.store, &record, &reason);
	enum cli_status status = error == LBR_OK ? CLI_DONE : cli_fail_reason(course->cli, name, error, &reason);

	cli_desk_log_change(course->cli, name, status, true);
	keep_worst(course, status);
	return error == LBR_OK ? RESTORE_TAKEN : RESTORE_FAULT;
}

static void take(struct restoring *course, struct backup_person *person, bool sound)
{
	enum restore_outcome outcome = judge(course, person, sound);

	if (course->second && outcome == RESTORE_TAKEN)
		outcome = create(course, person);
	if (outcome != RESTORE_FAULT && (course->second || cli_has(course->cli, CLI_DRY_RUN)))
		cli_restore_report(course->cli, &course->session.settings, course->now_s, person, outcome, &course->sum);
	if (course->second)
		cli_progress_draw(course->input.people, course->total);
}

/* Ends at the first fault of the file itself; in the second pass, at any. */
static void read_all(struct restoring *course)
{
	enum backup_fault fault = BACKUP_SYSTEM;
	struct backup_person person;
	bool sound;

	if (cli_backup_input_rewind(&course->input))
		while (cli_backup_input_next(&course->input, &person, &sound, &fault)) {
			take(course, &person, sound);
			lbr_wipe(&person, sizeof(person));
			if (course->second && course->worst != CLI_DONE)
				break;
		}
	forget_names(course);
	cli_progress_clear();
	if (fault != BACKUP_SOUND)
		keep_worst(course, cli_backup_input_fail(course->cli, course->cli->words[0], fault));
}

/* The file says when it was made. A clock that is behind that would refuse every code until then. */
static enum cli_status judge_clock(struct restoring *course)
{
	int64_t made_s = course->input.seal.created_s;
	char local[CLI_TIME_MAX];

	course->now_s = cli_now_s();
	if (made_s - SKEW_S > course->now_s)
		return cli_fail(course->cli, CLI_FAULT, TEXT_RESTORE_CLOCK, cli_time_local(made_s, local), NULL);
	return CLI_DONE;
}

static enum cli_status begin(struct restoring *course)
{
	struct cli *cli = course->cli;
	struct lbr_secret passphrase = { .len = 0 };
	enum backup_fault fault = BACKUP_SOUND;
	enum cli_status status = cli_backup_input_open(cli, cli->words[0], &course->input);

	if (status == CLI_DONE)
		status = judge_clock(course);
	if (status == CLI_DONE)
		status = cli_passphrase_take(cli, &course->session.settings, false, &passphrase);
	if (status == CLI_DONE)
		status = cli_admin_open_loaded(cli, &course->session);
	if (status == CLI_DONE)
		fault = cli_seal_open(&course->input.seal, &passphrase);
	lbr_secret_wipe(&passphrase);
	return fault == BACKUP_SOUND ? status : cli_backup_input_fail(cli, cli->words[0], fault);
}

static enum cli_status restore(struct restoring *course)
{
	enum cli_status status = begin(course);

	if (status != CLI_DONE)
		return status;
	read_all(course);
	course->total = course->input.people;
	if (course->worst != CLI_DONE)
		return cli_fail(course->cli, course->worst, TEXT_RESTORE_UNCHANGED, NULL);
	if (course->existing > 0)
		return cli_fail(course->cli, CLI_NO, TEXT_RESTORE_MERGE, NULL);
	if (!cli_has(course->cli, CLI_DRY_RUN)) {
		course->second = true;
		read_all(course);
	}
	cli_restore_report_sum(course->cli, &course->sum);
	if (course->worst != CLI_DONE)
		return cli_fail(course->cli, course->worst, TEXT_RESTORE_AGAIN, NULL);
	return CLI_DONE;
}

enum cli_status cli_restore(struct cli *cli)
{
	struct restoring course = { .cli = cli };
	enum cli_status status = cli_settings_load(cli, &course.session.settings);

	if (status == CLI_DONE && !cli_may_administer(cli))
		return cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NEEDS_ROOT, cli->verb->name, NULL);
	if (status == CLI_DONE)
		status = restore(&course);
	cli_backup_input_close(&course.input);
	cli_admin_close(&course.session);
	return status;
}
