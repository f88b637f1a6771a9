/* Who was sent how much today: a file of the spool, ".sent", with the day and then a line for each message, written before it is
 * handed over. Yesterday's is of no use. A line that a crash left unfinished is dropped. */
#include "message_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

#define SENT_FILE ".sent"

struct spool_tally {
	char     name[LBR_NAME_FILE_MAX + 1];
	unsigned count;
};

static int compare(const void *one, const void *other)
{
	return strcmp(((const struct spool_tally *)one)->name, ((const struct spool_tally *)other)->name);
}

void lbr_messages_close_day(struct lbr_spool *messages)
{
	tdestroy(messages->tally, free);
	messages->tally = NULL;
	if (messages->sent >= 0)
		close(messages->sent);
	messages->sent = -1;
}

static bool add(struct lbr_spool *messages, const char *encoded)
{
	struct spool_tally *one = calloc(1, sizeof(*one)), **found;

	if (one == NULL)
		return false;
	memcpy(one->name, encoded, strlen(encoded) + 1);
	found = tsearch(one, &messages->tally, compare);
	if (found == NULL || *found != one)
		free(one);
	if (found != NULL)
		(*found)->count++;
	return found != NULL;
}

static enum lbr_error begin_day(struct lbr_spool *messages, struct lbr_reason *reason)
{
	char line[32];

	if (ftruncate(messages->sent, 0) != 0)
		return lbr_fail_system(reason, errno, LBR_SPOOL "/" SENT_FILE);
	snprintf(line, sizeof(line), "%" PRId64 "\n", messages->day);
	return lbr_file_write(messages->sent, line, strlen(line), 0, LBR_SPOOL "/" SENT_FILE, reason);
}

/* Returns whether the file is of this day; `*ret_whole` is the length of its whole lines. */
static bool read_day(struct lbr_spool *messages, FILE *file, off_t *ret_whole)
{
	char *line = NULL, today[32];
	bool same = false, first = true;
	size_t room = 0;
	ssize_t len;

	*ret_whole = 0;
	snprintf(today, sizeof(today), "%" PRId64, messages->day);
	while ((len = getline(&line, &room, file)) > 0 && line[len - 1] == '\n') {
		line[len - 1] = '\0';
		if (first && strcmp(line, today) != 0)
			break;
		same = true;
		if (!first && len <= LBR_NAME_FILE_MAX + 1 && !add(messages, line))
			break;
		first = false;
		*ret_whole += len;
	}
	free(line);
	return same;
}

static enum lbr_error open_day(struct lbr_spool *messages, int64_t day, struct lbr_reason *reason)
{
	enum lbr_error error;
	off_t whole = 0;
	FILE *file;
	int copy;

	if (messages->sent >= 0 && messages->day == day)
		return LBR_OK;
	lbr_messages_close_day(messages);
	messages->day = day;
	error = lbr_file_open_own(messages->dir, SENT_FILE, O_RDWR | O_CREAT, &messages->sent, reason);
	if (error != LBR_OK)
		return error;
	copy = fcntl(messages->sent, F_DUPFD_CLOEXEC, 0);
	file = copy >= 0 ? fdopen(copy, "r") : NULL;
	if (file == NULL && copy >= 0)
		close(copy);
	if (file == NULL)
		return lbr_fail_system(reason, errno, LBR_SPOOL "/" SENT_FILE);
	if (!read_day(messages, file, &whole))
		error = begin_day(messages, reason);
	else if (ftruncate(messages->sent, whole) != 0)
		error = lbr_fail_system(reason, errno, LBR_SPOOL "/" SENT_FILE);
	fclose(file);
	if (error != LBR_OK)
		lbr_messages_close_day(messages);
	return error;
}

enum lbr_error lbr_messages_count(struct lbr_spool *messages, const char *name, int64_t day, unsigned *ret,
                                  struct lbr_reason *reason)
{
	enum lbr_error error = open_day(messages, day, reason);
	struct spool_tally wanted = { .count = 0 }, **found;

	*ret = 0;
	if (error == LBR_OK && lbr_name_encode(name, wanted.name) != LBR_OK)
		return lbr_fail(reason, LBR_ERR_SYNTAX, LBR_WHY(NO_SUCH_NAME));
	found = error == LBR_OK ? tfind(&wanted, &messages->tally, compare) : NULL;
	*ret = found != NULL ? (*found)->count : 0;
	return error;
}

enum lbr_error lbr_messages_note(struct lbr_spool *messages, const char *name, int64_t day, struct lbr_reason *reason)
{
	char line[LBR_NAME_FILE_MAX + 2];
	enum lbr_error error = open_day(messages, day, reason);
	off_t end = error == LBR_OK ? lseek(messages->sent, 0, SEEK_END) : 0;
	size_t len;

	if (error == LBR_OK && lbr_name_encode(name, line) != LBR_OK)
		return lbr_fail(reason, LBR_ERR_SYNTAX, LBR_WHY(NO_SUCH_NAME));
	if (error == LBR_OK && !add(messages, line))
		return lbr_fail_at(reason, LBR_ERR_MEMORY, LBR_SPOOL, LBR_WHY(NO_MEMORY));
	if (error != LBR_OK)
		return error;
	len = strlen(line);
	line[len++] = '\n';
	error = lbr_file_write(messages->sent, line, len, end, LBR_SPOOL "/" SENT_FILE, reason);
	if (error == LBR_OK && fdatasync(messages->sent) != 0)
		error = lbr_fail_system(reason, errno, LBR_SPOOL "/" SENT_FILE);
	return error;
}
