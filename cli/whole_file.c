#include "whole_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input_open.h"
#include "reason.h"

#define FIRST_SIZE 65536

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
	return got < 0 ? cli_input_fail(cli, path, errno) : CLI_DONE;
}

enum cli_status cli_whole_file_read(const struct cli *cli, const char *path, size_t most, struct cli_whole_file *ret)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : cli_input_open(cli, path);
	enum cli_status status;
	struct stat st;

	*ret = (struct cli_whole_file){ .bytes = NULL };
	if (fd < 0)
		return CLI_FAULT;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		ret->owner = st.st_uid;
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
