#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "on_behalf.h"
#include "reason.h"

#define SIZE_MOST (64 << 20)

static enum cli_status fail(const struct cli *cli, const char *path, int error)
{
	return cli_fail(cli, CLI_FAULT, TEXT_NAMED, cli_safe(path), cli_errno(cli->language, error), NULL);
}

static enum cli_status read_all(const struct cli *cli, int fd, struct import_input *input)
{
	size_t size = input->len;
	ssize_t got = 1;

	input->len = 0;
	while (input->len < size && got > 0) {
		got = read(fd, input->bytes + input->len, size - input->len);
		if (got < 0)
			return fail(cli, input->path, errno);
		input->len += (size_t)got;
	}
	return CLI_DONE;
}

static enum cli_status read_open(const struct cli *cli, int fd, struct import_input *input)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fail(cli, input->path, errno);
	if (!S_ISREG(st.st_mode))
		return cli_fail(cli, CLI_FAULT, TEXT_CSV_KIND, cli_safe(input->path), NULL);
	if (st.st_size > SIZE_MOST)
		return cli_fail(cli, CLI_FAULT, TEXT_IMPORT_BIG, cli_safe(input->path), NULL);
	input->owner = st.st_uid;
	input->len = (size_t)st.st_size;
	input->bytes = malloc(input->len + 1);
	return input->bytes == NULL ? fail(cli, input->path, ENOMEM) : read_all(cli, fd, input);
}

enum cli_status cli_import_input_read(const struct cli *cli, const char *path, struct import_input *ret)
{
	int fd = cli_on_behalf_open(path, O_NONBLOCK);
	enum cli_status status;

	*ret = (struct import_input){ .path = path };
	if (fd < 0)
		return fail(cli, path, errno);
	status = read_open(cli, fd, ret);
	close(fd);
	return status;
}

void cli_import_input_free(struct import_input *input)
{
	if (input->bytes != NULL)
		lbr_wipe(input->bytes, input->len);
	free(input->bytes);
	*input = (struct import_input){ .path = NULL };
}
