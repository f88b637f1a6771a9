/* `log USER`: what the log tells about somebody, as sentences. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <liberations/become.h>
#include <liberations/name.h>

#include "admin_session.h"
#include "input_open.h"
#include "json.h"
#include "log_say.h"
#include "log_source.h"
#include "reason.h"

#define JOURNAL "/run/systemd/journal/socket"
#define BACK_S (7 * 86400)
#define BACK_MAX_S (3650U * 86400)

/* Where rsyslog and its like keep what is for authpriv: Debian, Fedora. */
static const char *const places[] = { "/var/log/auth.log", "/var/log/secure" };

static enum cli_status read_since(const struct cli *cli, struct log_source *source)
{
	unsigned back_s = BACK_S;
	enum cli_status status = CLI_DONE;

	if (cli_has(cli, CLI_LOG_SINCE) && strchr(cli->log_since, '-') != NULL)
		return cli_log_date_read(cli->log_since, &source->since_s)
			? CLI_DONE : cli_fail(cli, CLI_USAGE, TEXT_LOG_NO_DATE, cli->verb->name, NULL);
	if (cli_has(cli, CLI_LOG_SINCE))
		status = cli_duration_read(cli, "--since", cli->log_since, 1, BACK_MAX_S, &back_s);
	source->since_s = source->now_s - back_s;
	return status;
}

static enum cli_status read_from(const struct cli *cli, const char *path, int fd, struct log_source *source)
{
	source->file = fdopen(fd, "re");
	return source->file != NULL ? CLI_DONE : cli_input_fail(cli, path, errno);
}

static enum cli_status open_place(const struct cli *cli, struct log_source *source)
{
	size_t at;

	for (at = 0; at < sizeof(places) / sizeof(places[0]); at++) {
		int fd = open(places[at], O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd >= 0 && cli_input_is_fit(fd))
			return read_from(cli, places[at], fd, source);
		if (fd < 0)
			return cli_input_fail(cli, places[at], errno);
		close(fd);
		return cli_fail(cli, CLI_FAULT, TEXT_CSV_KIND, places[at], NULL);
	}
	return cli_fail(cli, CLI_FAULT, TEXT_LOG_NO_PLACE, NULL);
}

/* While this process is still root: the journal is the administrator's, a named file the caller's. */
static enum cli_status open_source(const struct cli *cli, struct log_source *source)
{
	int error;

	if (cli_has(cli, CLI_LOG_FILE) && strcmp(cli->log_file, "-") == 0) {
		source->file = stdin;
		return CLI_DONE;
	}
	if (cli_has(cli, CLI_LOG_FILE)) {
		int fd = cli_input_open(cli, cli->log_file);

		return fd >= 0 ? read_from(cli, cli->log_file, fd, source) : CLI_FAULT;
	}
	if (access(JOURNAL, F_OK) != 0)
		return open_place(cli, source);
	error = cli_log_source_start(source);
	return error == 0 ? CLI_DONE : cli_fail(cli, CLI_FAULT, TEXT_NAMED, "journalctl", cli_errno(cli->language, error), NULL);
}

static json_t *text_or_null(const char *text)
{
	return text[0] != '\0' && strcmp(text, "-") != 0 ? json_string(text) : json_null();
}

static json_t *number_or_null(const char *text)
{
	return text[0] >= '0' && text[0] <= '9' ? json_integer(strtoll(text, NULL, 10)) : json_null();
}

static json_t *desk_object(const struct log_line *line, bool believed)
{
	return json_pack("{s:o, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:b}", "time", cli_json_time(line->time_s),
	                 "user", line->user, "event", "desk", "verb", line->event, "outcome", line->detail,
	                 "by", text_or_null(line->by), "loginuid", number_or_null(line->loginuid),
	                 "uid", number_or_null(line->uid), "tty", text_or_null(line->tty), "writer_known", believed);
}

static json_t *agent_object(const struct log_line *line, bool believed)
{
	return json_pack("{s:o, s:s, s:s, s:s, s:o, s:o, s:b, s:o, s:o, s:o, s:b}", "time", cli_json_time(line->time_s),
	                 "user", line->user, "event", line->event, "detail", line->detail,
	                 "service", text_or_null(line->service), "rhost", text_or_null(line->rhost),
	                 "rhost_claimed", line->is_claim, "tty", text_or_null(line->tty), "uid", number_or_null(line->uid),
	                 "pid", number_or_null(line->pid), "writer_known", believed);
}

static void print(const struct cli *cli, const struct log_line *line, bool believed)
{
	char sentence[LOG_SENTENCE_MAX], moment[CLI_TIME_MAX];

	if (cli_has(cli, CLI_JSON)) {
		cli_json_line(line->of_desk ? desk_object(line, believed) : agent_object(line, believed));
		return;
	}
	cli_log_say(line, cli->language, sentence);
	cli_write(stdout, cli->language, TEXT_LOG_LINE, cli_time_local(line->time_s, moment), cli_safe(sentence), NULL);
}

static enum cli_status print_all(const struct cli *cli, struct log_source *source)
{
	bool believed = source->journal != 0;
	char moment[CLI_TIME_MAX];
	struct log_line line = { .time_s = 0 };
	unsigned found = 0;

	while (cli_log_source_next(source, &line)) {
		if (strcmp(line.user, cli->words[0]) != 0)
			continue;
		print(cli, &line, believed);
		found++;
	}
	if (!cli_log_source_close(source))
		return cli_fail(cli, CLI_FAULT, TEXT_LOG_NOT_WHOLE, NULL);
	if (found == 0)
		return cli_fail(cli, CLI_NO, TEXT_LOG_NOTHING, cli->words[0], cli_time_local(source->since_s, moment), NULL);
	if (!believed)
		(void)cli_fail(cli, CLI_DONE, TEXT_LOG_UNPROVEN, NULL);
	return CLI_DONE;
}

/* What others wrote is taken apart without root's rights. */
static enum cli_status leave_root(const struct cli *cli, const struct lbr_settings *settings, struct log_source *source)
{
	struct lbr_reason reason = { .text = "" };

	if (lbr_become_owner_of(settings->state, settings->user, &reason) != LBR_OK) {
		(void)cli_fail_reason(cli, NULL, LBR_ERR_SYSTEM, &reason);
		return CLI_FAULT;
	}
	source->owner = geteuid();
	return CLI_DONE;
}

enum cli_status cli_log(struct cli *cli)
{
	struct log_source source = { .now_s = cli_host_now_s() };
	struct lbr_settings settings;
	enum cli_status status;

	if (lbr_name_check(cli->words[0]) != LBR_OK)
		return cli_fail(cli, CLI_USAGE, TEXT_BAD_NAME, cli_safe(cli->words[0]), NULL);
	status = read_since(cli, &source);
	if (status != CLI_DONE)
		return status;
	if (!cli_may_administer(cli))
		return cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NEEDS_ROOT, cli->verb->name, NULL);
	status = cli_settings_load(cli, &settings);
	if (status == CLI_DONE)
		status = open_source(cli, &source);
	if (status == CLI_DONE)
		status = leave_root(cli, &settings, &source);
	return status == CLI_DONE ? print_all(cli, &source) : status;
}
