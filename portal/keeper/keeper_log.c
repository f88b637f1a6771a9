/* Log lines of the keeper. */
#include "keeper_log.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <liberations/texts.h>

#define LINE_MAX_BYTES 1024
#define PLAIN_FIELD_MAX 129
#define OTHER_HOST_LINE_MS 60000 /* anybody can ask for any host */
#define FIELD_SIGNS "._-+@$/\\:%"

static bool says_to_stderr = true;
static unsigned unanswered; /* since the line that said so */

/* systemd tells which file the journal reads: a line there too would be in it twice. */
static bool is_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char own[64];
	struct stat file;

	if (stream == NULL || fstat(fd, &file) != 0)
		return false;
	(void)snprintf(own, sizeof(own), "%llu:%llu", (unsigned long long)file.st_dev, (unsigned long long)file.st_ino);
	return strcmp(stream, own) == 0;
}

void lbr_keeper_log_open(void)
{
	says_to_stderr = !is_journal(STDERR_FILENO);
	openlog("liberations-portal", LOG_PID | LOG_NDELAY, LOG_AUTHPRIV);
}

void lbr_keeper_log(int priority, const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	lbr_text_sanitise(line, false);
	syslog(priority, "%s", line);
	if (says_to_stderr)
		(void)fprintf(stderr, "liberations-portal: %s\n", line);
}

/* Without any byte that has a meaning in the line. */
static const char *plain_field(const char *text, char ret[PLAIN_FIELD_MAX])
{
	size_t at;

	for (at = 0; at < PLAIN_FIELD_MAX - 1 && text[at] != '\0'; at++) {
		unsigned char byte = (unsigned char)text[at];

		ret[at] = byte >= 0x80 || isalnum(byte) || strchr(FIELD_SIGNS, byte) != NULL ? text[at] : '?';
	}
	ret[at] = '\0';
	return ret;
}

void lbr_keeper_log_person(const char *event, const char *user, const char *origin, const char *address)
{
	char name[PLAIN_FIELD_MAX], site[PLAIN_FIELD_MAX], rhost[PLAIN_FIELD_MAX];

	lbr_keeper_log(LOG_INFO, "%s for %s (site=%s rhost=%s)", event, plain_field(user, name), plain_field(origin, site),
	               plain_field(address, rhost));
}

void lbr_keeper_log_agent_lost(const char *why)
{
	if (unanswered++ == 0)
		lbr_keeper_log(LOG_ERR, "the agent cannot be asked: %s; until it answers, nobody signs in and no request passes",
		               why);
}

void lbr_keeper_log_agent_back(void)
{
	if (unanswered > 0)
		lbr_keeper_log(LOG_NOTICE, "the agent answers again, after %u questions without an answer", unanswered);
	unanswered = 0;
}

void lbr_keeper_log_other_host(const char *host, int64_t now_ms)
{
	static int64_t next_ms = INT64_MIN;
	char name[PLAIN_FIELD_MAX];

	if (now_ms < next_ms)
		return;
	next_ms = now_ms + OTHER_HOST_LINE_MS;
	plain_field(host, name);
	lbr_keeper_log(LOG_WARNING, "a request for the host %s, which portal.conf does not name: add `site = https://%s` there, "
	               "or make the web server pass on the host as the browser sent it", name, name);
}
