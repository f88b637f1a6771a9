#include "log_source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <jansson.h>

#include "child.h"

#define JOURNALCTL "/usr/bin/journalctl"
#define LOG_TEXT_MAX 16384 /* ours are shorter */

int cli_log_source_start(struct log_source *source)
{
	static char program[] = JOURNALCTL, quiet[] = "--quiet", pager[] = "--no-pager", form[] = "--output=json";
	static char fields[] = "--output-fields=MESSAGE,SYSLOG_IDENTIFIER,_UID";
	static char agent[] = "SYSLOG_IDENTIFIER=" LOG_TAG_AGENT, desk[] = "SYSLOG_IDENTIFIER=" LOG_TAG_DESK;
	char since[40];
	char *const words[] = { program, quiet, pager, form, fields, since, agent, desk, NULL };

	snprintf(since, sizeof(since), "--since=@%" PRId64, source->since_s);
	return cli_child_read(words, &source->file, &source->journal);
}

/* False at the end. What is longer than any of our lines is passed over. */
static bool next_text(FILE *file, char text[LOG_TEXT_MAX])
{
	bool whole = false, begun = true;

	while (!whole) {
		if (fgets(text, LOG_TEXT_MAX, file) == NULL)
			return false;
		whole = begun && strchr(text, '\n') != NULL;
		begun = strchr(text, '\n') != NULL;
	}
	text[strcspn(text, "\r\n")] = '\0';
	return true;
}

static const char *member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

/* journald itself writes _UID, from what the kernel says of the writer: a program of any user may use any name. */
static bool is_believed(const struct log_source *source, const char *uid)
{
	char owner[24];

	snprintf(owner, sizeof(owner), "%lu", (unsigned long)source->owner);
	return strcmp(uid, "0") == 0 || strcmp(uid, owner) == 0;
}

static bool read_entry(const struct log_source *source, const char *text, struct log_line *ret)
{
	json_t *entry = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	bool read = entry != NULL && is_believed(source, member(entry, "_UID"));

	if (read) {
		ret->time_s = strtoll(member(entry, "__REALTIME_TIMESTAMP"), NULL, 10) / 1000000;
		read = cli_log_line_read(member(entry, "SYSLOG_IDENTIFIER"), member(entry, "MESSAGE"), ret);
	}
	json_decref(entry);
	return read;
}

static bool read_file_line(const struct log_source *source, char *text, struct log_line *ret)
{
	const char *tag, *message;
	int64_t time_s;

	if (!cli_log_file_line_read(text, source->now_s, &time_s, &tag, &message) || !cli_log_line_read(tag, message, ret))
		return false;
	ret->time_s = time_s;
	return true;
}

bool cli_log_source_next(struct log_source *source, struct log_line *ret)
{
	char text[LOG_TEXT_MAX];

	while (next_text(source->file, text)) {
		bool read = source->journal != 0 ? read_entry(source, text, ret) : read_file_line(source, text, ret);

		if (read && ret->time_s >= source->since_s)
			return true;
	}
	return false;
}

bool cli_log_source_close(struct log_source *source)
{
	bool whole = ferror(source->file) == 0;
	int status = 0;

	if (source->file != stdin)
		fclose(source->file);
	if (source->journal == 0)
		return whole;
	while (waitpid(source->journal, &status, 0) < 0 && errno == EINTR)
		;
	return whole && status == 0;
}
