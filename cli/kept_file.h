/* Files for their owner alone, which hold a secret once the command is done: made with the caller's rights, and removed again if
 * the command fails, however it ends. */
#ifndef CLI_KEPT_FILE_H
#define CLI_KEPT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "cli.h"

#define CLI_KEPT_MAX 2

struct kept_file {
	int fd, directory; /* -1: none */
};

struct kept_files {
	struct kept_file file[CLI_KEPT_MAX];
	int              guard_fd; /* -1: they have no guard */
	pid_t            guard;
};

#define CLI_KEPT_NONE { .file = { { -1, -1 }, { -1, -1 } }, .guard_fd = -1, .guard = -1 }

/* Makes a new file of mode 0600 for each of `count` paths, at most CLI_KEPT_MAX, that is not NULL. A child makes them, after
 * it has become the caller for good, and stays behind as their guard: it removes all of them unless cli_kept_keep is called
 * before this process ends. Call it before root is left and before any secret is in memory. Returns 0; or an errno number,
 * EEXIST among them, with the number of the path in `*ret_at`. In both cases the caller ends it with cli_kept_close. */
int cli_kept_create(const char *const paths[], size_t count, struct kept_files *ret, size_t *ret_at);

/* Says in one line why cli_kept_create failed. CLI_FAULT. */
enum cli_status cli_kept_fail(const struct cli *cli, const char *path, int error);

/* Brings a file and its name to the disk. A directory that may be searched and not read cannot be synced by itself: then the whole
 * file system is. False, with errno. */
bool cli_kept_sync(const struct kept_file *file);

/* From here on all of them stay. */
void cli_kept_keep(const struct kept_files *files);

/* Closes them, and waits until those that are not kept are gone. */
void cli_kept_close(struct kept_files *files);

#endif
