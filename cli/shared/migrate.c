/* `store migrate`. */
#include "migrate.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store_words.h"

bool cli_migrate_skips(const struct migration *course, const char *name)
{
	return course->cli->skip != NULL && lbr_names_have(course->cli->skip, name);
}

struct lbr_store *cli_migrate_source(const struct migration *course)
{
	return course->moving.to == LBR_STORE_POSTGRES ? course->files : course->session.store;
}

struct lbr_store *cli_migrate_target(const struct migration *course)
{
	return course->moving.to == LBR_STORE_POSTGRES ? course->session.store : course->files;
}

static enum cli_status read_direction(struct migration *course)
{
	const char *to = course->cli->to;

	if (to != NULL && strcmp(to, "postgres") == 0)
		course->moving.to = LBR_STORE_POSTGRES;
	else if (to != NULL && strcmp(to, "file") == 0)
		course->moving.to = LBR_STORE_FILE;
	else
		return cli_fail(course->cli, CLI_USAGE, TEXT_MIGRATE_TO, NULL);
	return CLI_DONE;
}

/* Both stores, whichever of them the configuration names now. */
static enum cli_status open_both(struct migration *course)
{
	struct lbr_settings *settings = &course->session.settings;
	struct lbr_reason reason = { .text = "" };
	enum cli_status status = cli_settings_load(course->cli, settings);
	enum lbr_error error;

	if (status != CLI_DONE)
		return status;
	if (!lbr_names_are_sound(settings->local)) { /* every agent would refuse it afterwards */
		error = lbr_fail_at(&reason, LBR_ERR_SYNTAX, "local", LBR_WHY(NO_SUCH_NAME));
		return cli_fail_reason(course->cli, NULL, error, &reason);
	}
	memcpy(course->local, settings->local, sizeof(course->local));
	settings->store = LBR_STORE_POSTGRES;
	settings->local[0] = '\0';
	status = cli_admin_open_loaded(course->cli, &course->session);
	if (status != CLI_DONE)
		return status;
	error = lbr_store_open_moving(settings->state, course->session.keyring, cli_now_s, &course->files, &reason);
	if (error == LBR_OK)
		error = lbr_store_realm(course->session.store, course->moving.realm, &reason);
	if (error == LBR_OK)
		error = cli_migrate_dates_open(course, &reason);
	return error == LBR_OK ? CLI_DONE : cli_fail_reason(course->cli, NULL, error, &reason);
}

static enum cli_status lock_out_others(struct migration *course)
{
	course->lock = open(course->session.settings.state, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (course->lock >= 0 && flock(course->lock, LOCK_EX | LOCK_NB) == 0)
		return CLI_DONE;
	return cli_fail(course->cli, CLI_NO, TEXT_MIGRATE_BUSY, NULL);
}

/* Another direction, or another set of accounts, comes after this one is finished. */
static enum cli_status judge_earlier(struct migration *course, const struct lbr_moving *earlier)
{
	bool done = earlier->phase == LBR_MOVING_DONE;

	if (memcmp(earlier->realm, course->moving.realm, LBR_REALM_LEN) != 0)
		return cli_fail(course->cli, CLI_FAULT, TEXT_MIGRATE_REALM, NULL);
	if (!done && earlier->to != course->moving.to)
		return cli_fail(course->cli, CLI_NO, TEXT_MIGRATE_FINISH,
		                earlier->to == LBR_STORE_FILE ? "file" : "postgres", NULL);
	if (earlier->to == course->moving.to) {
		course->moving = *earlier;
		course->resumed = true;
	} else {
		course->moving.phase = LBR_MOVING_CLEARING;
	}
	return CLI_DONE;
}

static enum cli_status find_earlier(struct migration *course)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_moving earlier;
	enum lbr_error error = lbr_moving_read(course->files, &earlier, &reason);

	course->moving.phase = LBR_MOVING_UNDER_WAY;
	if (error == LBR_ERR_ABSENT)
		return CLI_DONE;
	if (error != LBR_OK)
		return cli_fail_reason(course->cli, NULL, error, &reason);
	return judge_earlier(course, &earlier);
}

static bool has_account(struct lbr_store *store, const char *name)
{
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(store, name, &view, NULL);

	lbr_view_release(&view);
	return error != LBR_ERR_ABSENT;
}

/* A name that is to stay behind is one that exists. */
static enum cli_status judge_skip(const struct migration *course)
{
	const char *at = course->cli->skip;
	char name[LBR_NAME_MAX + 1];

	if (at != NULL && !lbr_names_are_sound(at))
		return cli_fail(course->cli, CLI_NO, TEXT_MIGRATE_NO_SKIP, cli_safe(at), NULL);
	while (at != NULL && (at = lbr_names_next(at, name)) != NULL)
		if (!has_account(cli_migrate_source(course), name) &&
		    (course->moving.to != LBR_STORE_FILE || !has_account(course->files, name)))
			return cli_fail(course->cli, CLI_NO, TEXT_MIGRATE_NO_SKIP, name, NULL);
	return CLI_DONE;
}

/* The files are closed; what follows is resumed where it stops. */
static enum cli_status close_files(struct migration *course)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = LBR_OK;

	if (!course->resumed)
		course->moving.since_s = cli_now_s();
	error = lbr_moving_write(course->files, &course->moving, &reason);
	return error == LBR_OK ? CLI_DONE : cli_fail_reason(course->cli, NULL, error, &reason);
}

static enum cli_status migrate(struct migration *course)
{
	enum cli_status status;

	if (course->moving.phase == LBR_MOVING_DONE)
		return cli_migrate_say_sum(course);
	if (!cli_migrate_learn(course))
		return CLI_FAULT;
	cli_migrate_plan(course);
	if (course->sum.faults > 0 || course->sum.conflicts > 0 || course->stopped != LBR_OK || cli_has(course->cli, CLI_DRY_RUN))
		return cli_migrate_say_sum(course);
	status = close_files(course);
	if (status != CLI_DONE)
		return status;
	if (!cli_migrate_dates_learn(course))
		return CLI_FAULT;
	if (course->moving.to == LBR_STORE_POSTGRES)
		cli_migrate_there(course);
	else
		cli_migrate_back(course);
	return cli_migrate_say_sum(course);
}

enum cli_status cli_store_migrate(struct cli *cli)
{
	struct migration course = { .cli = cli, .lock = -1 };
	enum cli_status status = read_direction(&course);

	if (status == CLI_DONE)
		status = open_both(&course);
	if (status == CLI_DONE)
		status = lock_out_others(&course);
	if (status == CLI_DONE)
		status = find_earlier(&course);
	if (status == CLI_DONE)
		status = judge_skip(&course);
	if (status == CLI_DONE)
		status = migrate(&course);
	cli_migrate_forget(&course);
	cli_migrate_dates_close(&course);
	lbr_store_close(course.files);
	cli_admin_close(&course.session);
	if (course.lock >= 0)
		(void)close(course.lock);
	return status;
}
