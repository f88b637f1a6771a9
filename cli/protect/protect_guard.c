/* The dead man's switch: what is not confirmed in time is taken back. Here it is written down, looked up and confirmed. */
#include "protect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "desk_log.h"
#include "reason.h"

/* A switch that waits already takes back what it was to, and what is done now. */
enum cli_status cli_guard_keep(const struct job *job, int kept, unsigned seconds, unsigned parts, int64_t *ret_until_s)
{
	char line[SWITCH_LINE_MAX];
	struct switch_clock clock;
	struct switch_end before;

	if (cli_guard_read(kept, job->service, &before))
		parts |= before.parts;
	cli_switch_clock(&clock);
	*ret_until_s = clock.now_s + seconds;
	cli_switch_end_write(&clock, seconds, job->is_sshd ? parts : SWITCH_BOTH, line);
	if (cli_kept_put(kept, job->service, "until", line, strlen(line)))
		return CLI_DONE;
	return cli_place_fail_kept(job->cli, errno);
}

bool cli_guard_read(int kept, const char *service, struct switch_end *ret)
{
	struct switch_clock clock;
	size_t len;
	char *text = cli_kept_get(kept, service, "until", &len);

	*ret = (struct switch_end){ .until_s = 0 };
	if (text == NULL && !cli_kept_has(kept, service, "until"))
		return false;
	cli_switch_clock(&clock);
	cli_switch_end_read(&clock, text, ret);
	free(text);
	return true;
}

int64_t cli_guard_look_up(const char *service)
{
	int kept = cli_kept_look();
	struct switch_end end = { .until_s = 0 };

	if (kept >= 0) {
		(void)cli_guard_read(kept, service, &end);
		close(kept);
	}
	return end.until_s;
}

/* A person who can confirm is signed in, so the end may be late: its process may have been killed. */
enum cli_status cli_guard_confirm(struct cli *cli, const char *service)
{
	struct job job = { .cli = cli, .service = service, .place = { .fd = -1 } };
	enum cli_status status = cli_service_judge(cli, service) ? CLI_DONE : CLI_NO;
	char path[PLACE_PATH];
	int kept;

	if (status == CLI_DONE)
		status = cli_kept_open(cli, true, &kept);
	if (status != CLI_DONE)
		return status;
	job.changed = cli_kept_has(kept, service, "until");
	job.by = cli_protect_by(service, path);
	if (job.by == NULL)
		status = cli_fail(cli, CLI_NO, TEXT_PROTECT_TOO_LATE, service, NULL);
	else if (!cli_kept_drop(kept, service, "until"))
		status = cli_fail(cli, CLI_FAULT, TEXT_PROTECT_NOT_CONFIRMED, service, cli_errno(cli->language, errno), NULL);
	close(kept);
	if (status == CLI_DONE) {
		cli_guard_stop(service, true);
		cli_protect_say(&job);
	}
	cli_desk_log_service(cli, service, "confirmed", status, job.changed);
	return status;
}
