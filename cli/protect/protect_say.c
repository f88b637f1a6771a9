/* What `protect` and `unprotect` say. */
#include "protect.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "desk_log.h"
#include "json.h"
#include "pam_stack.h"
#include "utf8.h"

static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

/* Files that pam-auth-update, authselect or the distribution writes, and that every service includes. */
bool cli_service_is_common(const char *service)
{
	static const char *const names[] = { "other", "system-auth", "password-auth", "fingerprint-auth", "smartcard-auth",
	                                     "postlogin", "system-login", "system-local-login", "system-remote-login",
	                                     "system-services" };
	size_t at;

	for (at = 0; at < sizeof(names) / sizeof(names[0]); at++)
		if (strcmp(names[at], service) == 0)
			return true;
	return strncmp(service, "common-", 7) == 0 || strncmp(service, "base-", 5) == 0;
}

/* Their programs ask nobody: a token there protects nothing, and can stop what must run. */
static bool asks_nobody(const char *service)
{
	static const char *const names[] = { "cron", "crond", "atd", "chpasswd", "newusers", "systemd-user", "samba" };
	size_t at;

	for (at = 0; at < sizeof(names) / sizeof(names[0]); at++)
		if (strcmp(names[at], service) == 0)
			return true;
	return false;
}

/* Other programs get the name in their arguments, so it must not read as an option of theirs. */
bool cli_service_judge(const struct cli *cli, const char *service)
{
	size_t len = strlen(service);

	if (len == 0 || len >= PLAN_NAME_MAX || service[0] == '.' || service[0] == '-' ||
	    strspn(service, plain) != len) {
		(void)cli_fail(cli, CLI_NO, TEXT_PROTECT_NAME, cli_safe(service), NULL);
		return false;
	}
	if (cli_service_is_common(service))
		(void)cli_fail(cli, CLI_NO, TEXT_PROTECT_COMMON, service, NULL);
	else if (asks_nobody(service))
		(void)cli_fail(cli, CLI_NO, TEXT_PROTECT_ASKS_NOBODY, service, NULL);
	return !cli_service_is_common(service) && !asks_nobody(service);
}

static char *diff_of(const struct job *job)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	if (to == NULL)
		return NULL;
	if (job->plan.result == PLAN_CHANGES)
		cli_diff_write(to, job->place.path, job->place.text, job->plan.text != NULL ? job->plan.text : "");
	if (job->drop_in && strcmp(job->cli->verb->name, "protect") == 0)
		cli_diff_write(to, DROP_IN, "", cli_sshd_drop_in_text());
	else if (job->drop_in)
		cli_diff_write(to, DROP_IN, cli_sshd_drop_in_text(), "");
	return fclose(to) == 0 ? text : NULL;
}

void cli_protect_diff(const struct job *job)
{
	char *text = cli_has(job->cli, CLI_JSON) ? NULL : diff_of(job);

	if (text != NULL)
		fputs(text, stdout);
	free(text);
	(void)cli_flush();
}

/* JSON holds UTF-8 alone, and a comment in a service's file may be in any encoding. */
static void make_utf8(char *text)
{
	uint32_t sign;
	size_t len;

	for (; *text != '\0'; text += len > 0 ? len : 1) {
		len = lbr_utf8_decode(text, &sign);
		if (len == 0)
			*text = '?';
	}
}

static bool is_unread(const struct job *job)
{
	return job->is_sshd && job->changed && !cli_has(job->cli, CLI_RELOAD) && !cli_has(job->cli, CLI_CONFIRM);
}

static void say_json(const struct job *job)
{
	char *diff = job->would ? diff_of(job) : NULL;

	if (diff != NULL)
		make_utf8(diff);
	cli_json_line(json_pack("{s:s, s:b, s:s?, s:b, s:b, s:s?, s:o, s:s?}", "service", job->service, "protected",
	                        job->by != NULL, "by", job->by, "changed", job->changed, "would_change", job->would, "diff", diff,
	                        "until", cli_json_time(job->until_s), "reload",
	                        is_unread(job) && !cli_sshd_waits() ? cli_sshd_reload_command() : NULL));
	free(diff);
}

static enum cli_text text_of(const struct job *job)
{
	bool undo = strcmp(job->cli->verb->name, "unprotect") == 0;

	if (cli_has(job->cli, CLI_CONFIRM))
		return job->changed ? TEXT_PROTECT_CONFIRMED : TEXT_PROTECT_NO_SWITCH;
	if (job->changed)
		return undo ? TEXT_UNPROTECT_DONE : TEXT_PROTECT_DONE;
	if (job->would)
		return undo ? TEXT_UNPROTECT_WOULD : TEXT_PROTECT_WOULD;
	return undo ? TEXT_UNPROTECT_ALREADY : strcmp(job->by, "protect") == 0 ? TEXT_PROTECT_ALREADY : TEXT_PROTECT_BY_HAND;
}

void cli_protect_say(const struct job *job)
{
	char when[CLI_TIME_MAX], path[PLACE_PATH] = "";

	if (cli_has(job->cli, CLI_JSON)) {
		say_json(job);
		return;
	}
	if (cli_protect_by(job->service, path) == NULL && job->plan.name[0] != '\0')
		snprintf(path, sizeof(path), PLACE_PAM "/%s", job->plan.name);
	cli_write(stdout, job->cli->language, text_of(job), job->service, path, NULL);
	if (job->changed && job->is_sshd && !cli_has(job->cli, CLI_CONFIRM) && cli_sshd_waits())
		cli_write(stdout, job->cli->language, TEXT_PROTECT_SSHD_WAITS, NULL);
	else if (is_unread(job))
		cli_write(stdout, job->cli->language, TEXT_PROTECT_RELOAD, cli_sshd_reload_command(), NULL);
	if (job->until_s != 0)
		cli_write(stdout, job->cli->language, TEXT_PROTECT_UNTIL, job->service, cli_time_local(job->until_s, when), NULL);
}

static enum cli_status reload(const struct cli *cli)
{
	switch (cli_sshd_reload()) {
	case SSHD_TOLD:
		break;
	case SSHD_REFUSES:
		return cli_fail(cli, CLI_FAULT, TEXT_PROTECT_RELOAD_BAD, NULL);
	case SSHD_DEAF:
		return cli_fail(cli, CLI_FAULT, TEXT_PROTECT_NO_RELOAD, cli_sshd_reload_command(), NULL);
	}
	return CLI_DONE;
}

enum cli_status cli_job_end(struct job *job, const char *step, enum cli_status status)
{
	struct cli *cli = job->cli;

	if (job->changed && job->is_sshd && cli_has(cli, CLI_RELOAD))
		status = cli_job_worse(status, reload(cli));
	if (status == CLI_DONE || job->changed)
		cli_protect_say(job);
	if (!cli_has(cli, CLI_CHECK))
		cli_desk_log_service(cli, job->service, step, status, job->changed);
	cli_place_free(&job->place);
	free(job->plan.text);
	return status == CLI_DONE && cli_has(cli, CLI_CHECK) && job->would ? CLI_WOULD_CHANGE : status;
}

enum cli_status cli_job_worse(enum cli_status worst, enum cli_status status)
{
	return worst == CLI_DONE || (worst == CLI_WOULD_CHANGE && status != CLI_DONE) ? status : worst;
}

enum cli_status cli_protect_refuse(const struct job *job)
{
	static const enum cli_text texts[PLAN_WHYS] = {
		[PLAN_WHY_NONE] = TEXT_PROTECT_WHY_LINE, [PLAN_WHY_CR] = TEXT_PROTECT_WHY_CR,
		[PLAN_WHY_LINE] = TEXT_PROTECT_WHY_LINE,
		[PLAN_WHY_LONG] = TEXT_PROTECT_LONG, [PLAN_WHY_NO_AUTH] = TEXT_PROTECT_WHY_NO_AUTH,
		[PLAN_WHY_TWO] = TEXT_PROTECT_WHY_TWO, [PLAN_WHY_CONTROL] = TEXT_PROTECT_WHY_CONTROL,
		[PLAN_WHY_JUMP] = TEXT_PROTECT_WHY_JUMP, [PLAN_WHY_AFTER] = TEXT_PROTECT_WHY_AFTER,
		[PLAN_WHY_BLOCK] = TEXT_PROTECT_WHY_BLOCK, [PLAN_WHY_ELSEWHERE] = TEXT_PROTECT_WHY_ELSEWHERE,
		[PLAN_WHY_HALF] = TEXT_PROTECT_WHY_HALF, [PLAN_WHY_JOIN] = TEXT_PROTECT_WHY_JOIN,
		[PLAN_WHY_MEMORY] = TEXT_PROTECT_WHY_MEMORY,
	};
	char number[16], kept[PLACE_PATH];

	snprintf(number, sizeof(number), "%u", job->plan.line);
	return cli_fail(job->cli, CLI_NO, texts[job->plan.why], job->place.path, number,
	                job->plan.why == PLAN_WHY_ELSEWHERE ? cli_safe(job->plan.name) :
	                cli_kept_path(job->service, "before", kept), NULL);
}
