/* The command leaves root for good before it knows what will come of its files, and the owner of the accounts has no right to a
 * directory of the caller's. The process that made them can remove them, through the directory's descriptor, wherever that was
 * moved. */
#include "kept_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <liberations/descriptor.h>

#include "on_behalf.h"

struct guarded {
	struct kept_file file;
	const char      *name; /* in the directory */
};

/* The caller may stop this child. What the command holds, such as its line to the audit trail's child, ends with the command. Where
 * the kernel has no such call, it ends with this child. */
static void leave_others(int socket)
{
	if (socket > STDERR_FILENO + 1)
		(void)syscall(SYS_close_range, (unsigned)STDERR_FILENO + 1, (unsigned)socket - 1, 0);
	(void)syscall(SYS_close_range, (unsigned)socket + 1, ~0U, 0);
}

/* A program that reads what the command prints waits for the command alone. */
static void leave_terminal(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), at;

	for (at = STDIN_FILENO; at <= STDERR_FILENO; at++)
		(void)dup2(null, at);
	close(null);
}

/* O_PATH: in a directory that may be searched and not read, a file can be made all the same. */
static int open_directory(const char *path, size_t len)
{
	char directory[PATH_MAX];
	int fd;

	if (len >= sizeof(directory)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(directory, sizeof(directory), "%.*s", (int)len, path);
	fd = open(len > 0 ? directory : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == EACCES)
		fd = open(len > 0 ? directory : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd;
}

static int make(const char *path, struct guarded *ret)
{
	const char *slash = strrchr(path, '/');

	ret->name = slash != NULL ? slash + 1 : path;
	if (ret->name[0] == '\0')
		return path[0] == '\0' ? ENOENT : EISDIR;
	ret->file.directory = open_directory(path, (size_t)(ret->name - path));
	if (ret->file.directory >= 0)
		ret->file.fd = openat(ret->file.directory, ret->name,
		                      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
	return ret->file.fd >= 0 ? 0 : errno;
}

static bool give(int socket, int fd)
{
	const int error = 0;

	return lbr_hand_descriptor(socket, &error, sizeof(error), fd);
}

static bool make_all(int socket, const char *const paths[], size_t count, struct guarded guarded[CLI_KEPT_MAX])
{
	int error = cli_on_behalf_become() ? 0 : EACCES;
	size_t at;

	for (at = 0; at < count && error == 0; at++) {
		if (paths[at] == NULL)
			continue;
		error = make(paths[at], &guarded[at]);
		if (error == 0 && (!give(socket, guarded[at].file.directory) || !give(socket, guarded[at].file.fd)))
			return false;
	}
	if (error != 0)
		(void)send(socket, &error, sizeof(error), MSG_NOSIGNAL);
	return error == 0;
}

static bool hears_that_they_stay(int socket)
{
	ssize_t got;
	char word;

	do
		got = recv(socket, &word, 1, 0);
	while (got < 0 && errno == EINTR);
	return got == 1;
}

/* Another file may have taken the name. */
static void remove_made(const struct guarded *one)
{
	struct stat made, found;

	if (one->file.fd >= 0 && fstat(one->file.fd, &made) == 0 &&
	    fstatat(one->file.directory, one->name, &found, AT_SYMLINK_NOFOLLOW) == 0 && made.st_dev == found.st_dev &&
	    made.st_ino == found.st_ino)
		(void)unlinkat(one->file.directory, one->name, 0);
}

void cli_kept_guard(int socket, const char *const paths[], size_t count)
{
	struct guarded guarded[CLI_KEPT_MAX] = { { { -1, -1 }, NULL }, { { -1, -1 }, NULL } };
	size_t at;

	(void)setsid(); /* a kill of the command's whole group leaves the guard to clean up */
	leave_others(socket);
	leave_terminal();
	if (!make_all(socket, paths, count, guarded) || !hears_that_they_stay(socket))
		for (at = 0; at < CLI_KEPT_MAX; at++)
			remove_made(&guarded[at]);
	_exit(0);
}
