/* A switch whose time is over: the service is taken back, and if that fails, tried again each minute until it is. */
#include "protect.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "complaint.h"
#include "desk_log.h"
#include "json.h"
#include "reason.h"

#define RETRY_S 60

/* What the switch's own run did, and no more: what was confirmed before it stays. */
static enum cli_status plan(struct job *job, int kept, unsigned parts)
{
	job->drop_in = job->is_sshd && (parts & SWITCH_DROP_IN) != 0 && cli_kept_has(kept, job->service, "drop-in");
	if ((parts & SWITCH_SERVICE) != 0)
		return cli_undo_plan(job, kept);
	job->plan.result = PLAN_SAME;
	job->keeps = true;
	job->would = job->drop_in;
	return CLI_DONE;
}

static void complain(const struct cli *cli, const char *service, enum cli_status status, struct complaint *last)
{
	struct switch_clock clock;

	cli_switch_clock(&clock);
	if (cli_complaint_is_news(last, cli_fail_last(), clock.boot_s))
		cli_desk_log_overdue(cli, service, status);
}

static enum cli_status take_back(struct cli *cli, const char *service, int kept, unsigned parts, struct complaint *last)
{
	struct job job = { .cli = cli, .service = service, .by_guard = true, .place = { .fd = -1 },
	                   .is_sshd = strcmp(service, "sshd") == 0 };
	enum cli_status status = plan(&job, kept, parts);

	if (status == CLI_DONE)
		status = cli_undo_do(&job, kept);
	if (job.is_sshd && job.changed)
		(void)cli_sshd_reload();
	if (status == CLI_DONE) {
		cli_desk_log_service(cli, service, "over", status, job.changed);
		cli_guard_stop(service, false); /* it would wait for clocks that jump, and keep its name */
	} else {
		complain(cli, service, status, last);
	}
	cli_place_free(&job.place);
	free(job.plan.text);
	return status;
}

/* Without the lock, which others would meet: what is written down is whole at any time. */
static bool is_early(const char *service, int64_t *ret_left_s)
{
	struct switch_end end = { .until_s = 0 };
	int kept = cli_kept_look();

	if (kept < 0)
		return false;
	(void)cli_guard_read(kept, service, &end);
	close(kept);
	*ret_left_s = end.left_s;
	return end.left_s > 0;
}

/* False: there is nothing to wait for any more. */
static bool look_once(struct cli *cli, const char *service, struct complaint *last, int64_t *ret_left_s)
{
	struct switch_end end;
	bool waits = true;
	int kept;

	if (is_early(service, ret_left_s))
		return true;
	*ret_left_s = RETRY_S;
	if (cli_kept_open(cli, true, &kept) != CLI_DONE) {
		if (errno == ENOENT) /* gone with all that was kept */
			return false;
		complain(cli, service, CLI_FAULT, last);
		return true;
	}
	if (!cli_guard_read(kept, service, &end))
		waits = false;
	else if (end.left_s > 0)
		*ret_left_s = end.left_s;
	else
		waits = take_back(cli, service, kept, end.parts, last) != CLI_DONE;
	close(kept);
	return waits;
}

void cli_guard_wait(struct cli *cli, const char *service)
{
	struct complaint last = { .told_s = 0 };
	struct timespec more = { 0 };
	int64_t left_s;

	while (look_once(cli, service, &last, &left_s)) {
		more.tv_sec = left_s;
		(void)clock_nanosleep(CLOCK_BOOTTIME, 0, &more, NULL);
	}
}

static enum cli_status expire_one(struct cli *cli, const char *service, int kept)
{
	struct complaint last = { .told_s = 0 };
	enum cli_status status = CLI_DONE;
	struct switch_end end;

	if (!cli_guard_read(kept, service, &end))
		return CLI_DONE;
	if (end.left_s > 0) { /* a container that started anew has the kernel of before, and no timer any more */
		cli_guard_again(service, (unsigned)end.left_s);
		return CLI_DONE;
	}
	status = take_back(cli, service, kept, end.parts, &last);
	if (status != CLI_DONE)
		cli_guard_again(service, RETRY_S);
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:b}", "service", service, "changed", status == CLI_DONE));
	else if (status == CLI_DONE)
		cli_write(stdout, cli->language, TEXT_PROTECT_OVER, service, NULL);
	return status;
}

static enum cli_status expire(struct cli *cli)
{
	enum cli_status status, worst = CLI_DONE;
	const struct dirent *entry;
	char service[SWITCH_SERVICE_MAX];
	DIR *list;
	int kept;

	status = cli_kept_open(cli, true, &kept);
	if (status != CLI_DONE)
		return status;
	list = fdopendir(kept);
	if (list == NULL) {
		close(kept);
		return cli_fail(cli, CLI_FAULT, TEXT_NAMED, "--expire-due", cli_errno(cli->language, ENOMEM), NULL);
	}
	while ((entry = readdir(list)) != NULL) {
		if (!cli_switch_end_is_of(entry->d_name, service))
			continue;
		status = expire_one(cli, service, kept);
		worst = worst == CLI_DONE ? status : worst;
	}
	closedir(list);
	return worst;
}

enum cli_status cli_guard_over(struct cli *cli)
{
	if (cli->count == 0)
		return expire(cli);
	if (!cli_service_judge(cli, cli->words[0]))
		return CLI_NO;
	cli_guard_wait(cli, cli->words[0]);
	return CLI_DONE;
}
