/* Every message of the spool, in the order in which they were written. */
#include "message_spool.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

#define RUN_LEN (LBR_RUN_MAX - 1)
#define MARK (LBR_MESSAGE_ID_MAX - 1) /* a byte that no name reaches */

struct spool_names {
	char (*list)[LBR_MESSAGE_ID_MAX];
	size_t count, room;
};

/* Left by a writer that was killed: this process has the turn, so there is no other writer. */
static bool is_left_over(const struct lbr_spool *messages, const char *name)
{
	size_t len = strlen(name), end = strlen(LBR_TEMP_END);

	return messages->turn >= 0 && name[0] == '.' && len > end && strcmp(name + len - end, LBR_TEMP_END) == 0;
}

static bool add(struct spool_names *names, const char *name)
{
	size_t room = names->room > 0 ? names->room * 2 : 64;
	void *list;

	if (strlen(name) >= MARK || strlen(name) <= RUN_LEN)
		return true; /* not a message */
	if (names->count == names->room) {
		list = reallocarray(names->list, room, sizeof(*names->list));
		if (list == NULL)
			return false;
		names->list = list;
		names->room = room;
	}
	memcpy(names->list[names->count], name, strlen(name) + 1);
	names->list[names->count++][MARK] = '\0';
	return true;
}

static int by_name(const void *one, const void *other)
{
	return strcmp(one, other);
}

static enum lbr_error read_names(struct lbr_spool *messages, struct spool_names *names, struct lbr_reason *reason)
{
	enum lbr_error error;
	const struct dirent *entry;
	DIR *directory;
	int fd;

	error = lbr_file_open_dir(messages->dir, ".", true, &fd, reason);
	if (error != LBR_OK)
		return error;
	directory = fdopendir(fd);
	if (directory == NULL) {
		close(fd);
		return lbr_fail_system(reason, errno, LBR_SPOOL);
	}
	errno = 0;
	while (error == LBR_OK && (entry = readdir(directory)) != NULL)
		if (is_left_over(messages, entry->d_name))
			error = lbr_file_remove(messages->dir, entry->d_name, reason);
		else if (entry->d_name[0] != '.' && !add(names, entry->d_name))
			error = lbr_fail_at(reason, LBR_ERR_MEMORY, LBR_SPOOL, LBR_WHY(NO_MEMORY));
	if (error == LBR_OK && errno != 0)
		error = lbr_fail_system(reason, errno, LBR_SPOOL ": read");
	closedir(directory); /* closes `fd` too */
	if (names->count > 0)
		qsort(names->list, names->count, sizeof(*names->list), by_name);
	return error;
}

static bool is_notice(const char *name)
{
	return strncmp(name, LBR_NOTICE_RUNS, strlen(LBR_NOTICE_RUNS)) == 0;
}

/* In their order, a run's release comes after its messages: digits sort before letters. */
static bool is_release(const char *name)
{
	return strcmp(name + RUN_LEN, LBR_RELEASE) == 0;
}

/* Marks the messages that count, from the end, since a run's release comes after them, and removes the others. */
static enum lbr_error mark(struct lbr_spool *messages, struct spool_names *names, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_OK;
	const char *released = "";
	size_t at;

	for (at = names->count; error == LBR_OK && at-- > 0;) {
		char *name = names->list[at];
		bool last = at == 0 || strncmp(name, names->list[at - 1], RUN_LEN) != 0;
		bool counts = is_notice(name) || strncmp(released, name, RUN_LEN) == 0;

		name[MARK] = counts && !is_release(name);
		if (is_release(name))
			released = name;
		if (messages->turn >= 0 && (is_release(name) ? last : !counts))
			error = lbr_file_remove(messages->dir, name, reason);
	}
	return error;
}

enum lbr_error lbr_messages_list(struct lbr_spool *messages, char (**ret)[LBR_MESSAGE_ID_MAX], size_t *ret_count,
                                 struct lbr_reason *reason)
{
	struct spool_names names = { .list = NULL };
	enum lbr_error error = read_names(messages, &names, reason);
	size_t at, kept = 0;

	if (error == LBR_OK)
		error = mark(messages, &names, reason);
	for (at = 0; error == LBR_OK && at < names.count; at++) {
		if (names.list[at][MARK] == 0)
			continue;
		names.list[at][MARK] = '\0';
		memmove(names.list[kept++], names.list[at], LBR_MESSAGE_ID_MAX);
	}
	*ret = names.list;
	*ret_count = kept;
	return error;
}
