/* The file of --csv. */
#include "people_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "on_behalf.h"
#include "reason.h"

#define FIRST_SIZE 65536

/* Root's own shell may hand over a pipe; a caller of sudo who names one would keep root waiting. */
static bool is_list(int fd)
{
	struct stat st;
	uid_t caller;

	if (fstat(fd, &st) != 0)
		return false;
	return S_ISREG(st.st_mode) || (S_ISFIFO(st.st_mode) && !cli_on_behalf(&caller));
}

/* Messages quote the file, so it is read with the rights of the caller who sees them. -1: the message said why. */
static int open_csv(const struct cli *cli)
{
	uid_t caller;
	int fd = cli_on_behalf_open(cli->csv, cli_on_behalf(&caller) ? O_NONBLOCK : 0);

	if (fd >= 0 && is_list(fd))
		return fd;
	if (fd >= 0)
		(void)cli_fail(cli, CLI_FAULT, TEXT_CSV_KIND, cli_safe(cli->csv), NULL);
	else
		(void)cli_fail(cli, CLI_FAULT, TEXT_NAMED, cli_safe(cli->csv), cli_errno(cli->language, errno), NULL);
	if (fd >= 0)
		close(fd);
	return -1;
}

/* What may hold more than was asked for is left nowhere. */
static bool grow(struct csv_bytes *csv)
{
	size_t size = csv->size > 0 ? 2 * csv->size : FIRST_SIZE;
	char *bytes = malloc(size);

	if (bytes == NULL)
		return false;
	if (csv->len > 0)
		memcpy(bytes, csv->bytes, csv->len);
	if (csv->bytes != NULL)
		lbr_wipe(csv->bytes, csv->size);
	free(csv->bytes);
	csv->bytes = bytes;
	csv->size = size;
	return true;
}

static enum cli_status read_all(const struct cli *cli, int fd, struct csv_bytes *csv)
{
	ssize_t got = 1;

	while (got > 0 && csv->len <= SHEET_BYTES_MAX) {
		if (csv->len == csv->size && !grow(csv))
			return cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_errno(cli->language, ENOMEM), NULL);
		got = read(fd, csv->bytes + csv->len, csv->size - csv->len);
		if (got > 0)
			csv->len += (size_t)got;
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	if (got < 0)
		return cli_fail(cli, CLI_FAULT, TEXT_NAMED, cli_safe(cli->csv), cli_errno(cli->language, errno), NULL);
	if (csv->len > SHEET_BYTES_MAX)
		return cli_fail(cli, CLI_USAGE, TEXT_CSV_SIZE, cli_safe(cli->csv), NULL);
	return CLI_DONE;
}

enum cli_status cli_people_load(struct cli *cli, struct csv_bytes *ret)
{
	bool is_stdin = strcmp(cli->csv, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open_csv(cli);
	enum cli_status status;

	if (fd < 0)
		return CLI_FAULT;
	status = read_all(cli, fd, ret);
	if (!is_stdin)
		close(fd);
	return status;
}
