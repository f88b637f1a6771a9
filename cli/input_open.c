#include "input_open.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "on_behalf.h"
#include "reason.h"

enum cli_status cli_input_fail(const struct cli *cli, const char *path, int error)
{
	const char *why = cli_errno(cli->language, error);
	uid_t caller;

	if (error == EACCES && cli_on_behalf(&caller))
		return cli_fail(cli, CLI_FAULT, TEXT_HAND_IT_OVER, cli_safe(path), why, cli->verb->name, NULL);
	return cli_fail(cli, CLI_FAULT, TEXT_NAMED, cli_safe(path), why, NULL);
}

bool cli_input_is_fit(int fd)
{
	struct stat st;
	uid_t caller;

	return fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || (S_ISFIFO(st.st_mode) && !cli_on_behalf(&caller)));
}

int cli_input_open(const struct cli *cli, const char *path)
{
	uid_t caller;
	int fd = cli_on_behalf_open(path, cli_on_behalf(&caller) ? O_NONBLOCK : 0);

	if (fd < 0) {
		(void)cli_input_fail(cli, path, errno);
	} else if (!cli_input_is_fit(fd)) {
		(void)cli_fail(cli, CLI_FAULT, TEXT_CSV_KIND, cli_safe(path), NULL);
		close(fd);
		fd = -1;
	}
	return fd;
}
