/* `protect SERVICE...`: shows the difference, tries it, asks, and puts it in force. */
#include "protect.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "admin_session.h"
#include "question.h"
#include "reason.h"

#define FOR_MIN_S 1

static bool put_whole(struct job *job)
{
	FILE *to = open_memstream(&job->plan.text, &job->plan.len);

	if (to == NULL)
		return false;
	fprintf(to, PLAN_BEGIN " %s\n%s" PLAN_END "\n", job->service, job->form->absent);
	job->plan.result = PLAN_CHANGES;
	return fclose(to) == 0;
}

/* It takes its lines from a service that was named before it: by then that one will be protected. */
static bool follows(const struct job *job)
{
	const struct cli *cli = job->cli;
	int at;

	if (!cli_has(cli, CLI_CHECK) || job->plan.result != PLAN_REFUSED || job->plan.why != PLAN_WHY_ELSEWHERE)
		return false;
	for (at = 0; at < cli->count && cli->words[at] != job->service; at++)
		if (strcmp(cli->words[at], job->plan.name) == 0)
			return true;
	return false;
}

static enum cli_status plan(struct job *job)
{
	char path[PLACE_PATH] = "";
	enum cli_status status = cli_place_read(job->cli, job->service, &job->place);

	if (status != CLI_DONE)
		return status;
	if (!job->place.found && job->form->absent == NULL)
		return cli_fail(job->cli, CLI_NO, TEXT_PROTECT_NO_FILE, job->service, NULL);
	if (job->place.found)
		cli_plan_protect(job->form, job->service, job->place.text, job->place.len, &job->plan);
	else if (!put_whole(job))
		return cli_fail(job->cli, CLI_FAULT, TEXT_NAMED, job->service, cli_errno(job->cli->language, ENOMEM), NULL);
	job->by = job->plan.result == PLAN_SAME ? "protect" : job->plan.result == PLAN_BY_HAND ? "hand" : NULL;
	if (job->by == NULL)
		job->by = cli_protect_by(job->service, path);
	if (job->by != NULL && job->plan.result == PLAN_CHANGES && cli_form_is_locker(job->form) &&
	    strcmp(path, PLACE_PAM "/login") == 0)
		job->by = NULL; /* with login's lines it would ask twice */
	if (job->by != NULL) /* a line that somebody added may lead around it */
		status = cli_protect_judge(job, path[0] != '\0' ? path : job->place.path);
	if (job->by == NULL && follows(job))
		job->by = "include";
	if (status != CLI_DONE)
		return status;
	if (job->plan.result == PLAN_REFUSED && job->by == NULL)
		return cli_protect_refuse(job);
	job->drop_in = job->is_sshd && (job->by == NULL || strcmp(job->by, "protect") == 0) && cli_sshd_needs_file(job);
	job->would = job->by == NULL || job->drop_in;
	if (!job->would)
		job->until_s = cli_guard_look_up(job->service);
	return job->by == NULL ? cli_place_judge_replace(job->cli, &job->place) : CLI_DONE;
}

static enum cli_status do_it(struct job *job, unsigned seconds)
{
	enum cli_status status = cli_ask_yes(job->cli, TEXT_PROTECT_ASK, job->service, TEXT_PROTECT_LEFT);
	int kept;

	if (status == CLI_DONE)
		status = cli_kept_open(job->cli, false, &kept);
	if (status != CLI_DONE)
		return status;
	status = cli_protect_put(job, kept, seconds);
	close(kept);
	return status;
}

static enum cli_status protect_one(struct cli *cli, const char *service, unsigned seconds)
{
	struct job job = { .cli = cli, .service = service, .place = { .fd = -1 }, .is_sshd = strcmp(service, "sshd") == 0 };
	enum cli_status status = cli_service_judge(cli, service) ? CLI_DONE : CLI_NO;

	job.form = cli_form_find(service, &job.generic);
	if (status == CLI_DONE)
		status = plan(&job);
	if (status == CLI_DONE && job.would) {
		cli_protect_diff(&job);
		status = cli_protect_ready(&job);
		if (status == CLI_DONE && job.by == NULL)
			status = cli_protect_rehearse(&job);
		if (status == CLI_DONE && !cli_has(cli, CLI_CHECK))
			status = do_it(&job, seconds);
	}
	return cli_job_end(&job, "on", status);
}

static enum cli_status each(struct cli *cli, unsigned seconds)
{
	enum cli_status worst = CLI_DONE, status;
	int at;

	for (at = 0; at < cli->count; at++) {
		status = cli_has(cli, CLI_CONFIRM) ? cli_guard_confirm(cli, cli->words[at]) :
		         protect_one(cli, cli->words[at], seconds);
		worst = cli_job_worse(worst, status);
	}
	return worst;
}

/* "10m": what people write for minutes, where no month can be meant. */
static enum cli_status read_for(const struct cli *cli, unsigned *ret_s)
{
	size_t digits = strspn(cli->for_time, "0123456789");
	char minutes[32];

	if (digits == 0 || digits > 6 || strcmp(cli->for_time + digits, "m") != 0)
		return cli_duration_read(cli, "--for", cli->for_time, FOR_MIN_S, SWITCH_MAX_S, ret_s);
	snprintf(minutes, sizeof(minutes), "%.*s min", (int)digits, cli->for_time);
	return cli_duration_read(cli, "--for", minutes, FOR_MIN_S, SWITCH_MAX_S, ret_s);
}

static enum cli_status refuse_both(const struct cli *cli, const char *one, const char *other)
{
	return cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name, one, other, NULL);
}

enum cli_status cli_protect(struct cli *cli)
{
	struct lbr_settings settings;
	unsigned seconds = 0;
	enum cli_status status = CLI_DONE;

	if (geteuid() != 0)
		return cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NEEDS_ROOT, cli->verb->name, NULL);
	if (cli_has(cli, CLI_CONFIRM) && (cli_has(cli, CLI_CHECK) || cli_has(cli, CLI_FOR)))
		return refuse_both(cli, "--confirm", cli_has(cli, CLI_CHECK) ? "--check" : "--for");
	if (cli_has(cli, CLI_EXPIRE_DUE) && (cli_has(cli, CLI_CONFIRM) || cli_has(cli, CLI_FOR)))
		return refuse_both(cli, "--expire-due", cli_has(cli, CLI_CONFIRM) ? "--confirm" : "--for");
	if (cli_has(cli, CLI_EXPIRE_DUE) && cli->count > 1)
		return cli_fail(cli, CLI_USAGE, TEXT_TOO_MANY, cli->verb->name, "[SERVICE] --expire-due", NULL);
	if (cli_has(cli, CLI_CONFIRM) && cli->count == 0)
		return cli_fail(cli, CLI_USAGE, TEXT_TOO_FEW, cli->verb->name, "SERVICE --confirm", NULL);
	if (cli_has(cli, CLI_FOR))
		status = read_for(cli, &seconds);
	if (status != CLI_DONE)
		return status;
	if (cli_has(cli, CLI_EXPIRE_DUE))
		return cli_guard_over(cli);
	if (cli_settings_load(cli, &settings) != CLI_DONE)
		return CLI_FAULT;
	return cli->count == 0 ? cli_protect_list(cli) : each(cli, seconds);
}
