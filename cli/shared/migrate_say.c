/* The answers of `store migrate`. */
#include "migrate.h"

#include <stdio.h>

#include <liberations/store_desk.h>

#include "desk_log.h"
#include "json.h"

#define NUMBER_MAX 24

void cli_migrate_say_one(const struct migration *course, const char *name, const char *result)
{
	if (cli_has(course->cli, CLI_JSON) && name != NULL)
		cli_json_line(json_pack("{s:s, s:s, s:n}", "user", name, "result", result, "login"));
}

void cli_migrate_say_conflict(struct migration *course, const char *name, const char *other)
{
	char login[LBR_NAME_MAX + 1] = "";

	if (other != NULL && course->moving.to == LBR_STORE_POSTGRES &&
	    lbr_store_maker(course->session.store, other, login, NULL) == LBR_OK)
		(void)cli_fail(course->cli, CLI_NO, TEXT_MIGRATE_MAKER, name, other, login, NULL);
	if (cli_has(course->cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:s, s:s?}", "user", name, "result", "conflict", "login",
		                        login[0] != '\0' ? login : NULL));
	course->sum.conflicts++;
}

static bool is_whole(const struct migration *course)
{
	return course->sum.faults == 0 && course->sum.conflicts == 0 && course->stopped == LBR_OK;
}

static enum cli_status status_of(const struct migration *course)
{
	if (course->stopped != LBR_OK || course->sum.faults > 0)
		return CLI_FAULT;
	return course->sum.conflicts > 0 ? CLI_NO : CLI_DONE;
}

static void say_json(const struct migration *course, bool done)
{
	const struct migrate_sum *sum = &course->sum;

	cli_json_line(json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:b, s:b}",
	                        "to", course->moving.to == LBR_STORE_POSTGRES ? "postgres" : "file",
	                        "accounts", (json_int_t)sum->accounts, "moved", (json_int_t)sum->moved,
	                        "already", (json_int_t)sum->there, "skipped", (json_int_t)sum->skipped,
	                        "local", (json_int_t)sum->local, "conflicts", (int)sum->conflicts, "faults", (int)sum->faults,
	                        "dry_run", cli_has(course->cli, CLI_DRY_RUN), "done", done));
}

static const char *number(size_t count, char ret[NUMBER_MAX])
{
	(void)snprintf(ret, NUMBER_MAX, "%zu", count);
	return ret;
}

static void say_counts(const struct migration *course)
{
	const struct migrate_sum *sum = &course->sum;
	enum lbr_language language = course->cli->language;
	char one[NUMBER_MAX], other[NUMBER_MAX];

	if (cli_has(course->cli, CLI_DRY_RUN))
		cli_write(stdout, language, TEXT_MIGRATE_WOULD, number(sum->accounts, one), NULL);
	else
		cli_write(stdout, language, TEXT_MIGRATE_MOVED, number(sum->moved, one), number(sum->there, other), NULL);
	if (sum->skipped > 0)
		cli_write(stdout, language, TEXT_MIGRATE_SKIPPED, number(sum->skipped, one), NULL);
	if (sum->local > 0)
		cli_write(stdout, language, TEXT_MIGRATE_LOCAL, number(sum->local, one), NULL);
}

enum cli_status cli_migrate_say_sum(const struct migration *course)
{
	bool whole = is_whole(course), dry = cli_has(course->cli, CLI_DRY_RUN), there = course->moving.to == LBR_STORE_POSTGRES;
	bool closed = course->resumed || course->moving.since_s != 0;

	if (cli_has(course->cli, CLI_JSON))
		say_json(course, whole && !dry);
	else if (whole || course->sum.moved > 0)
		say_counts(course);
	if (!whole)
		return cli_fail(course->cli, status_of(course), closed ? TEXT_MIGRATE_AGAIN : TEXT_MIGRATE_UNCHANGED,
		                there ? "postgres" : "file", NULL);
	if (!dry && !cli_has(course->cli, CLI_JSON))
		cli_write(stdout, course->cli->language, there ? TEXT_MIGRATE_SET_POSTGRES : TEXT_MIGRATE_SET_FILE, NULL);
	return CLI_DONE;
}
