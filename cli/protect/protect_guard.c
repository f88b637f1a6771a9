/* The dead man's switch: what is not confirmed in time is taken back.
 *
 * The time is told by CLOCK_BOOTTIME and the boot's own number, so a clock that is set changes nothing, and a machine that was
 * started anew takes back at once what nobody confirmed. */
#include "protect.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "desk_log.h"
#include "json.h"
#include "reason.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define SWITCH_LINE_MAX 160

static void read_boot(char ret[64])
{
	FILE *file = fopen(BOOT_ID, "re");

	if (file == NULL || fgets(ret, 64, file) == NULL)
		snprintf(ret, 64, "unknown");
	ret[strcspn(ret, " \n")] = '\0';
	if (file != NULL)
		fclose(file);
}

static int64_t boot_time_s(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}

enum cli_status cli_guard_keep(const struct job *job, int kept, unsigned seconds, int64_t *ret_until_s)
{
	char line[SWITCH_LINE_MAX], boot[64];

	read_boot(boot);
	*ret_until_s = cli_now_s() + seconds;
	snprintf(line, sizeof(line), "%s %" PRId64 " %" PRId64 "\n", boot, boot_time_s() + seconds, *ret_until_s);
	if (cli_kept_put(kept, job->service, "until", line, strlen(line)))
		return CLI_DONE;
	return cli_fail(job->cli, CLI_FAULT, TEXT_PROTECT_NOT_KEPT, cli_errno(job->cli->language, errno), NULL);
}

/* `*ret_left_s`: until then; 0 or less: over, as for a file that says nothing or cannot be read, and for another boot. False: there
 * is no switch. */
static bool read_until(int kept, const char *service, int64_t *ret_left_s, int64_t *ret_until_s)
{
	char boot[64], written[64] = "", *text;
	int64_t end_s = 0;
	size_t len;

	*ret_left_s = *ret_until_s = 0;
	text = cli_kept_get(kept, service, "until", &len);
	if (text == NULL && !cli_kept_has(kept, service, "until"))
		return false;
	read_boot(boot);
	if (text != NULL && sscanf(text, "%63s %" SCNd64 " %" SCNd64, written, &end_s, ret_until_s) == 3 &&
	    strcmp(boot, written) == 0)
		*ret_left_s = end_s - boot_time_s();
	if (*ret_until_s <= 0)
		*ret_until_s = 1;
	free(text);
	return true;
}

int64_t cli_guard_until(int kept, const char *service)
{
	int64_t left_s, until_s;

	return read_until(kept, service, &left_s, &until_s) ? until_s : 0;
}

int64_t cli_guard_look_up(const char *service)
{
	int kept = cli_kept_look();
	int64_t until_s = kept >= 0 ? cli_guard_until(kept, service) : 0;

	if (kept >= 0)
		close(kept);
	return until_s;
}

static enum cli_status take_back(struct cli *cli, const char *service, int kept)
{
	struct job job = { .cli = cli, .service = service, .by_guard = true, .place = { .fd = -1 },
	                   .is_sshd = strcmp(service, "sshd") == 0 };
	enum cli_status status;

	job.drop_in = job.is_sshd && cli_kept_has(kept, service, "drop-in");
	status = cli_undo_plan(&job, kept);
	if (status == CLI_DONE)
		status = cli_undo_do(&job, kept);
	if (status == CLI_DONE && job.is_sshd && job.changed)
		(void)cli_sshd_reload();
	cli_desk_log_service(cli, service, "over", status, job.changed);
	cli_place_free(&job.place);
	free(job.plan.text);
	return status;
}

bool cli_guard_look(struct cli *cli, const char *service, int kept, int64_t *ret_left_s)
{
	int64_t until_s;

	if (!read_until(kept, service, ret_left_s, &until_s))
		return false;
	if (*ret_left_s > 0)
		return true;
	(void)take_back(cli, service, kept);
	return false;
}

static enum cli_status expire_one(struct cli *cli, const char *service, int kept)
{
	int64_t left_s, until_s;
	enum cli_status status = CLI_DONE;

	if (read_until(kept, service, &left_s, &until_s) && left_s <= 0) {
		status = take_back(cli, service, kept);
		if (cli_has(cli, CLI_JSON))
			cli_json_line(json_pack("{s:s, s:b}", "service", service, "changed", status == CLI_DONE));
		else
			cli_write(stdout, cli->language, TEXT_PROTECT_OVER, service, NULL);
	}
	return status;
}

enum cli_status cli_guard_expire(struct cli *cli)
{
	enum cli_status status, worst = CLI_DONE;
	const struct dirent *entry;
	char service[PLACE_PATH];
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
		const char *dot = strrchr(entry->d_name, '.');

		if (dot == NULL || dot == entry->d_name || strcmp(dot, ".until") != 0)
			continue;
		snprintf(service, sizeof(service), "%.*s", (int)(dot - entry->d_name), entry->d_name);
		status = expire_one(cli, service, kept);
		worst = worst == CLI_DONE ? status : worst;
	}
	closedir(list);
	return worst;
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
	job.changed = cli_guard_until(kept, service) != 0;
	job.by = cli_protect_by(service, path);
	if (job.by == NULL)
		status = cli_fail(cli, CLI_NO, TEXT_PROTECT_TOO_LATE, service, NULL);
	else if (!cli_kept_drop(kept, service, "until"))
		status = cli_fail(cli, CLI_FAULT, TEXT_PROTECT_NOT_KEPT, cli_errno(cli->language, errno), NULL);
	close(kept);
	if (status == CLI_DONE) {
		cli_guard_stop(service);
		cli_protect_say(&job);
	}
	cli_desk_log_service(cli, service, "confirmed", status, job.changed);
	return status;
}
