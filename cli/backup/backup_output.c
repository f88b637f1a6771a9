#include "backup_output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "on_behalf.h"
#include "reason.h"

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static int open_directory(const char *path)
{
	char name[PATH_MAX];
	size_t len = (size_t)(base_of(path) - path);

	if (len >= sizeof(name)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(name, sizeof(name), "%.*s", (int)len, path);
	return cli_on_behalf_open(len > 0 ? name : ".", O_DIRECTORY);
}

/* True if the file is the one of that name in that directory: the path may have led elsewhere a moment ago. */
static bool is_there(const struct backup_output *output)
{
	struct stat made, found;

	return fstat(output->fd, &made) == 0 &&
	       fstatat(output->directory, base_of(output->path), &found, AT_SYMLINK_NOFOLLOW) == 0 &&
	       made.st_dev == found.st_dev && made.st_ino == found.st_ino;
}

static void remove_made(const struct backup_output *output)
{
	if (is_there(output))
		(void)unlinkat(output->directory, base_of(output->path), 0);
}

/* One byte says that the file is whole; the end of the pipe without it, that this never will be. What it removes is in a directory
 * of the caller's, so it has no more rights there than the caller. */
static void guard(const struct backup_output *output, int pipe)
{
	char byte;
	ssize_t got;

	do {
		got = read(pipe, &byte, 1);
	} while (got < 0 && errno == EINTR);
	if (got != 1 && cli_on_behalf_become())
		remove_made(output);
	_exit(0);
}

/* No signal that a terminal sends to both ends the guard: it keeps them blocked. */
static bool start_guard(struct backup_output *output)
{
	int ends[2], saved;
	sigset_t all, before;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	output->guard = fork();
	saved = errno;
	if (output->guard == 0) {
		close(ends[1]);
		guard(output, ends[0]);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(ends[0]);
	output->pipe = ends[1];
	errno = saved;
	return output->guard > 0;
}

enum cli_status cli_backup_create(const struct cli *cli, const char *path, struct backup_output *ret)
{
	int saved;

	*ret = (struct backup_output){ .path = path, .fd = -1, .directory = -1, .pipe = -1, .guard = -1 };
	ret->directory = open_directory(path);
	if (ret->directory >= 0)
		ret->fd = cli_on_behalf_create(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	if (ret->fd < 0) {
		saved = errno;
	} else if (!is_there(ret)) {
		saved = EBUSY;
	} else {
		if (start_guard(ret))
			return CLI_DONE;
		saved = errno;
		remove_made(ret);
	}
	if (saved == EEXIST)
		return cli_fail(cli, CLI_FAULT, TEXT_NEW_FILE_EXISTS, cli_safe(path), NULL);
	return cli_fail(cli, CLI_FAULT, TEXT_NAMED, cli_safe(path), cli_errno(cli->language, saved), NULL);
}

static void close_all(struct backup_output *output)
{
	const int fds[] = { output->fd, output->directory, output->pipe };
	size_t at;

	for (at = 0; at < sizeof(fds) / sizeof(fds[0]); at++)
		if (fds[at] >= 0)
			close(fds[at]);
	output->fd = output->directory = output->pipe = -1;
}

bool cli_backup_end(struct backup_output *output, bool whole)
{
	bool kept = whole && fsync(output->fd) == 0 && fsync(output->directory) == 0 && write(output->pipe, "", 1) == 1;
	int saved = errno;

	close_all(output);
	if (output->guard > 0)
		while (waitpid(output->guard, NULL, 0) < 0 && errno == EINTR)
			continue;
	output->guard = -1;
	errno = saved;
	return kept == whole;
}
