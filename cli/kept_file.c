#include "kept_file.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <liberations/descriptor.h>

#include "kept_guard.h"
#include "reason.h"

/* What ends a command at a terminal goes to its guard too: signals stay blocked there, and it cleans up after that. */
static int start_guard(const char *const paths[], size_t count, struct kept_files *files)
{
	sigset_t every, before;
	int ends[2], error;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return errno;
	sigfillset(&every);
	sigprocmask(SIG_BLOCK, &every, &before);
	files->guard = fork();
	error = files->guard < 0 ? errno : 0;
	if (files->guard == 0) {
		close(ends[0]); /* its end says that this process is gone */
		cli_kept_guard(ends[1], paths, count);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(ends[1]);
	files->guard_fd = ends[0];
	return error;
}

/* A guard that is gone has sent neither descriptor nor error. */
static int take(const struct kept_files *files, int *ret_fd)
{
	int error = EIO, fd;

	if (lbr_take_descriptor(files->guard_fd, &error, sizeof(error), &fd) != (ssize_t)sizeof(error))
		return EIO;
	*ret_fd = fd > 0 ? fd : -1;
	return error == 0 && fd == 0 ? EIO : error;
}

int cli_kept_create(const char *const paths[], size_t count, struct kept_files *ret, size_t *ret_at)
{
	int error;
	size_t at;

	*ret = (struct kept_files)CLI_KEPT_NONE;
	*ret_at = 0;
	error = start_guard(paths, count, ret);
	for (at = 0; at < count && error == 0; at++) {
		if (paths[at] == NULL)
			continue;
		*ret_at = at;
		error = take(ret, &ret->file[at].directory);
		if (error == 0)
			error = take(ret, &ret->file[at].fd);
	}
	return error;
}

enum cli_status cli_kept_fail(const struct cli *cli, const char *path, int error)
{
	if (error == EEXIST)
		return cli_fail(cli, CLI_FAULT, TEXT_NEW_FILE_EXISTS, cli_safe(path), NULL);
	return cli_fail(cli, CLI_FAULT, TEXT_NAMED, cli_safe(path), cli_errno(cli->language, error), NULL);
}

bool cli_kept_sync(const struct kept_file *file)
{
	if (fsync(file->fd) != 0)
		return false;
	if (file->directory < 0 || fsync(file->directory) == 0)
		return true;
	return (errno == EBADF || errno == EINVAL) && syncfs(file->fd) == 0;
}

/* Where the caller has killed the guard, nothing removes them. */
void cli_kept_keep(const struct kept_files *files)
{
	if (files->guard_fd >= 0)
		(void)send(files->guard_fd, "", 1, MSG_NOSIGNAL);
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void cli_kept_close(struct kept_files *files)
{
	size_t at;

	for (at = 0; at < CLI_KEPT_MAX; at++) {
		close_one(&files->file[at].fd);
		close_one(&files->file[at].directory);
	}
	close_one(&files->guard_fd);
	while (files->guard > 0 && waitpid(files->guard, NULL, 0) < 0 && errno == EINTR)
		continue;
	files->guard = -1;
}
