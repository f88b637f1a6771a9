/* From the shared store into this host's files. An account is written here, where nobody is judged on it yet, and then taken out
 * there, if it is still as it was read; so it is never judged in two places, and nothing that another host changes is lost. */
#include "migrate.h"

#include <string.h>

#include "desk_log.h"
#include "progress.h"

static bool stays(const struct migration *course, const char *name)
{
	return lbr_names_have(course->local, name) || cli_migrate_skips(course, name);
}

/* An account that is left in the shared store must not come to life here too, as it was long ago. */
static bool is_copy(const struct migration *course, const char *name)
{
	const struct migrate_known *known = cli_migrate_find(course, name);
	struct lbr_view view;
	bool same = false;

	if (lbr_store_load(course->files, name, &view, NULL) == LBR_OK)
		same = known != NULL && cli_migrate_is_same(known, &view.account);
	lbr_view_release(&view);
	return same;
}

/* What was moved into the shared store long ago goes; what only the files have, when root says so. */
static bool is_to_go(const struct migration *course, const char *name)
{
	if (lbr_names_have(course->local, name))
		return false;
	if (cli_migrate_skips(course, name))
		return is_copy(course, name);
	return cli_migrate_is_there(course, name) || cli_has(course->cli, CLI_YES);
}

static int clear_one(void *context, const char *name, const struct lbr_reason *reason)
{
	struct lbr_reason why = { .text = "" };
	struct migration *course = context;
	enum lbr_error error;

	(void)reason;
	if (name[0] == '\0' || !is_to_go(course, name))
		return 0;
	error = lbr_store_remove(course->files, name, &why);
	if (error != LBR_OK && error != LBR_ERR_ABSENT)
		cli_migrate_stop(course, name, error, &why);
	else if (!cli_migrate_is_there(course, name))
		cli_desk_log_change(course->cli, name, CLI_DONE, true);
	return course->stopped != LBR_OK;
}

static void clear_files(struct migration *course)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_store_list_names(course->files, clear_one, course, &reason);

	if (error == LBR_OK && course->stopped == LBR_OK) {
		course->moving.phase = LBR_MOVING_UNDER_WAY;
		error = lbr_moving_write(course->files, &course->moving, &reason);
	}
	if (error != LBR_OK && course->stopped == LBR_OK)
		cli_migrate_stop(course, NULL, error, &reason);
	cli_migrate_forget(course); /* from here on, what counts is what the files have */
	if (course->stopped == LBR_OK)
		(void)cli_migrate_learn(course);
}

/* What an interrupted run wrote here is written again: the account may have changed there since. */
static enum lbr_error write_here(struct migration *course, const struct lbr_view *view, struct lbr_reason *reason)
{
	const struct migrate_known *known = cli_migrate_find(course, view->account.name);
	enum lbr_error error = LBR_OK;

	if (known != NULL && !cli_migrate_is_same(known, &view->account))
		return lbr_fail_at(reason, LBR_ERR_EXISTS, view->account.name, LBR_WHY(EXISTS));
	if (known != NULL)
		error = lbr_store_remove(course->files, view->account.name, reason);
	if (error == LBR_OK || error == LBR_ERR_ABSENT)
		error = cli_migrate_create(course->files, view, reason);
	return error;
}

/* STALE: it was changed meanwhile, and what was written here is not it. */
static enum lbr_error move_once(struct migration *course, const char *name, struct lbr_reason *reason)
{
	struct lbr_view view, made;
	enum lbr_error error = lbr_store_load_with_history(course->session.store, name, LBR_HISTORY_MAX, &view, reason);

	if (error == LBR_OK) {
		made = view;
		error = cli_migrate_make(course, &made, reason);
		if (error == LBR_OK)
			error = write_here(course, &made, reason);
		lbr_view_release(&made);
	}
	if (error == LBR_OK) /* there, they go with the account */
		error = cli_migrate_dates_copy(course, name, reason);
	if (error == LBR_OK)
		error = lbr_store_take_out(&view, reason);
	if (error == LBR_ERR_STALE && lbr_store_remove(course->files, name, reason) != LBR_OK)
		error = LBR_ERR_SYSTEM;
	lbr_view_release(&view);
	return error;
}

static void move_one(struct migration *course, const char *name)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;
	int round = 0;

	do
		error = move_once(course, name, &reason);
	while (error == LBR_ERR_STALE && ++round < MIGRATE_ROUNDS_MAX);
	cli_migrate_settle(course, name, error, &reason, false);
}

static int move(void *context, const char *name, const struct lbr_reason *reason)
{
	struct migration *course = context;

	(void)reason;
	if (name[0] != '\0' && !stays(course, name))
		move_one(course, name);
	return course->stopped != LBR_OK;
}

/* Another host may make accounts until it is told to stop: once more, until there are none to move. */
static void move_all(struct migration *course)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;
	size_t before;

	do {
		before = course->sum.moved;
		error = lbr_store_list_names(course->session.store, move, course, &reason);
	} while (error == LBR_OK && course->stopped == LBR_OK && course->sum.conflicts == 0 && course->sum.moved > before);
	cli_progress_clear();
	if (error == LBR_OK && course->stopped == LBR_OK && course->sum.conflicts == 0)
		error = lbr_moving_end(course->files, &reason);
	if (error != LBR_OK && course->stopped == LBR_OK)
		cli_migrate_stop(course, NULL, error, &reason);
}

void cli_migrate_back(struct migration *course)
{
	if (course->moving.phase == LBR_MOVING_CLEARING)
		clear_files(course);
	if (course->stopped == LBR_OK)
		move_all(course);
}
