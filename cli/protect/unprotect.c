/* `unprotect SERVICE...`: puts back what was there; of a file that somebody edited since, it takes out its own lines alone. */
#include "protect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "question.h"
#include "reason.h"

static bool has_lines(const char *text)
{
	for (; *text != '\0'; text += strcspn(text, "\n") + (text[strcspn(text, "\n")] == '\n'))
		if (strchr("#\n", text[strspn(text, " \t")]) == NULL)
			return true;
	return false;
}

/* The file is gone again, or the distribution's own is in force again. */
static void plan_removal(struct job *job)
{
	free(job->plan.text);
	job->plan.text = NULL;
	job->plan.len = 0;
}

/* At the end of the switch no person can settle it: the old file comes back, and the edited one is kept beside it. */
static bool plan_by_force(struct job *job, int kept, char *before, size_t len, bool absent)
{
	if (!job->by_guard || (before == NULL && !(absent && job->place.exists)) || job->plan.result != PLAN_REFUSED)
		return false;
	if (!cli_kept_put(kept, job->service, "edited", job->place.text, job->place.len))
		return false;
	free(job->plan.text);
	job->plan = (struct plan){ .result = PLAN_CHANGES, .text = before, .len = len };
	return true;
}

enum cli_status cli_undo_plan(struct job *job, int kept)
{
	size_t after_len, before_len;
	char *after, *before;
	bool taken = false, absent = cli_kept_has(kept, job->service, "absent");
	enum cli_status status;

	status = (job->by_guard ? cli_place_read_any : cli_place_read)(job->cli, job->service, &job->place);
	if (status != CLI_DONE)
		return status;
	after = cli_kept_get(kept, job->service, "after", &after_len);
	before = cli_kept_get(kept, job->service, "before", &before_len);
	cli_plan_undo(job->place.text, job->place.len, &job->plan);
	if (job->plan.result != PLAN_SAME && after != NULL && after_len == job->place.len &&
	    memcmp(after, job->place.text, after_len) == 0 && (before != NULL || absent)) {
		free(job->plan.text);
		job->plan = (struct plan){ .result = PLAN_CHANGES, .text = before, .len = before_len };
		taken = true;
	} else {
		taken = plan_by_force(job, kept, before, before_len, absent);
	}
	if (job->plan.result == PLAN_CHANGES && absent && (job->plan.text == NULL || !has_lines(job->plan.text)))
		plan_removal(job);
	if (!taken)
		free(before);
	free(after);
	job->by = job->plan.result == PLAN_CHANGES ? "protect" : NULL;
	job->would = job->plan.result == PLAN_CHANGES || job->drop_in;
	return job->plan.result == PLAN_REFUSED ? cli_protect_refuse(job) : CLI_DONE;
}

/* A switch that stays would take back what is protected next. */
static enum cli_status forget(const struct job *job, int kept)
{
	static const char *const kinds[] = { "after", "before", "absent" };
	char path[PLACE_PATH];
	size_t at;

	for (at = 0; at < sizeof(kinds) / sizeof(kinds[0]) && !job->keeps; at++)
		(void)cli_kept_drop(kept, job->service, kinds[at]);
	if (cli_kept_drop(kept, job->service, "until"))
		return CLI_DONE;
	return cli_fail(job->cli, CLI_FAULT, TEXT_PROTECT_SWITCH_STAYS, cli_kept_path(job->service, "until", path),
	                cli_errno(job->cli->language, errno), NULL);
}

/* sshd's own file goes after the service's: in between sshd asks as before, in whichever way it was told to. What is in force
 * and may be lost with the power is not forgotten, so the next run makes sure of it. */
enum cli_status cli_undo_do(struct job *job, int kept)
{
	enum cli_status status = CLI_DONE, other = CLI_DONE;

	if (job->plan.result == PLAN_CHANGES)
		status = cli_place_write(job->cli, &job->place, job->plan.text, job->plan.len, &job->changed);
	else if (!job->keeps)
		status = cli_place_settle(job->cli, &job->place);
	if (status != CLI_DONE && !job->changed)
		return status;
	job->by = NULL;
	if (job->drop_in) {
		other = cli_sshd_take_back(job, kept);
		job->changed |= other == CLI_DONE;
	}
	status = status == CLI_DONE ? other : status;
	return status == CLI_DONE ? forget(job, kept) : status;
}

static enum cli_status refuse_others(const struct job *job)
{
	char path[PLACE_PATH] = "";
	const char *by = cli_protect_by(job->service, path);

	if (by == NULL)
		return CLI_DONE;
	return cli_fail(job->cli, CLI_NO, TEXT_UNPROTECT_OTHERS, job->service, path, NULL);
}

static enum cli_status look(struct job *job)
{
	int kept = cli_kept_look();
	enum cli_status status;

	job->drop_in = job->is_sshd && cli_kept_has(kept, job->service, "drop-in");
	status = cli_undo_plan(job, kept);
	job->forgets = cli_kept_has(kept, job->service, "until");
	if (kept >= 0)
		close(kept);
	return status;
}

/* The plan was made without the lock, so it holds only if the file is the same one. */
static enum cli_status do_it(struct job *job)
{
	enum cli_status status;
	int kept;

	status = cli_kept_open(job->cli, false, &kept);
	if (status != CLI_DONE)
		return status;
	status = cli_place_check(job->cli, &job->place);
	if (status == CLI_DONE)
		status = cli_undo_do(job, kept);
	close(kept);
	if (status == CLI_DONE && job->forgets)
		cli_guard_stop(job->service, true);
	return status;
}

/* A question may go unanswered for hours, and a switch waits for the lock, so the lock is not held meanwhile. */
static enum cli_status undo(struct job *job)
{
	enum cli_status status = look(job);

	if (status == CLI_DONE && job->plan.result != PLAN_CHANGES)
		status = refuse_others(job);
	if (status != CLI_DONE || (!job->would && !job->forgets))
		return status;
	if (job->would)
		cli_protect_diff(job);
	if (cli_has(job->cli, CLI_CHECK))
		return CLI_DONE;
	if (job->would)
		status = cli_ask_yes(job->cli, TEXT_UNPROTECT_ASK, job->service, TEXT_PROTECT_LEFT);
	return status == CLI_DONE ? do_it(job) : status;
}

static enum cli_status unprotect_one(struct cli *cli, const char *service)
{
	struct job job = { .cli = cli, .service = service, .place = { .fd = -1 }, .is_sshd = strcmp(service, "sshd") == 0 };
	enum cli_status status = cli_service_judge(cli, service) ? CLI_DONE : CLI_NO;

	if (status == CLI_DONE)
		status = undo(&job);
	return cli_job_end(&job, "off", status);
}

enum cli_status cli_unprotect(struct cli *cli)
{
	enum cli_status worst = CLI_DONE;
	int at;

	if (geteuid() != 0)
		return cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NEEDS_ROOT, cli->verb->name, NULL);
	for (at = 0; at < cli->count; at++)
		worst = cli_job_worse(worst, unprotect_one(cli, cli->words[at]));
	return worst;
}
