#include "whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "on_behalf.h"
#include "reason.h"

#define FIRST_SIZE 65536

static enum cli_status fail(const struct cli *cli, const char *path, int error)
{
	uid_t caller;

	if (error == EACCES && cli_on_behalf(&caller))
		return cli_fail(cli, CLI_FAULT, TEXT_HAND_IT_OVER, cli_safe(path), cli_errno(cli->language, error),
		                cli->verb->name, NULL);
	return cli_fail(cli, CLI_FAULT, TEXT_NAMED, cli_safe(path), cli_errno(cli->language, error), NULL);
}

/* Root's own shell may hand over a pipe; a caller of sudo who names one would keep root waiting. */
static bool is_fit(int fd, uid_t *ret_owner)
{
	struct stat st;
	uid_t caller;

	if (fstat(fd, &st) != 0)
		return false;
	if (S_ISREG(st.st_mode))
		*ret_owner = st.st_uid;
	return S_ISREG(st.st_mode) || (S_ISFIFO(st.st_mode) && !cli_on_behalf(&caller));
}

/* -1: the message said why. */
static int open_named(const struct cli *cli, const char *path, uid_t *ret_owner)
{
	uid_t caller;
	int fd = cli_on_behalf_open(path, cli_on_behalf(&caller) ? O_NONBLOCK : 0);

	if (fd < 0) {
		(void)fail(cli, path, errno);
	} else if (!is_fit(fd, ret_owner)) {
		(void)cli_fail(cli, CLI_FAULT, TEXT_CSV_KIND, cli_safe(path), NULL);
		close(fd);
		fd = -1;
	}
	return fd;
}

/* What may hold more than was asked for is left nowhere. */
static bool grow(struct cli_whole_file *file)
{
	size_t size = file->size > 0 ? 2 * file->size : FIRST_SIZE;
	char *bytes = malloc(size);

	if (bytes == NULL)
		return false;
	if (file->len > 0)
		memcpy(bytes, file->bytes, file->len);
	if (file->bytes != NULL)
		lbr_wipe(file->bytes, file->size);
	free(file->bytes);
	file->bytes = bytes;
	file->size = size;
	return true;
}

static enum cli_status read_all(const struct cli *cli, int fd, const char *path, size_t most, struct cli_whole_file *file)
{
	ssize_t got = 1;

	while (got > 0 && file->len <= most) {
		if (file->len == file->size && !grow(file))
			return cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_errno(cli->language, ENOMEM), NULL);
		got = read(fd, file->bytes + file->len, file->size - file->len);
		if (got > 0)
			file->len += (size_t)got;
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	return got < 0 ? fail(cli, path, errno) : CLI_DONE;
}

enum cli_status cli_whole_file_read(const struct cli *cli, const char *path, size_t most, struct cli_whole_file *ret)
{
	bool is_stdin = strcmp(path, "-") == 0;
	enum cli_status status;
	int fd = STDIN_FILENO;

	*ret = (struct cli_whole_file){ .bytes = NULL };
	if (is_stdin)
		(void)is_fit(fd, &ret->owner); /* anything will do: who named it holds it open already */
	else
		fd = open_named(cli, path, &ret->owner);
	if (fd < 0)
		return CLI_FAULT;
	status = read_all(cli, fd, path, most, ret);
	if (!is_stdin)
		close(fd);
	return status;
}

void cli_whole_file_free(struct cli_whole_file *file)
{
	if (file->bytes != NULL)
		lbr_wipe(file->bytes, file->size);
	free(file->bytes);
	*file = (struct cli_whole_file){ .bytes = NULL };
}
