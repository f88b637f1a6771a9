/* Why a file cannot be replaced, and what to do about it. */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "reason.h"

enum cli_status cli_place_fail(const struct cli *cli, const char *path, int error)
{
	switch (error) {
	case EPERM:
		return cli_fail(cli, CLI_FAULT, TEXT_PLACE_IMMUTABLE, cli_safe(path), NULL);
	case EBUSY:
		return cli_fail(cli, CLI_FAULT, TEXT_PLACE_MOUNTED, cli_safe(path), NULL);
	case EROFS:
		return cli_fail(cli, CLI_FAULT, TEXT_PLACE_READ_ONLY, cli_safe(path), NULL);
	case ENOSPC:
	case EDQUOT:
		return cli_fail(cli, CLI_FAULT, TEXT_PLACE_FULL, cli_safe(path), NULL);
	default:
		return cli_fail(cli, CLI_FAULT, TEXT_NAMED, cli_safe(path), cli_errno(cli->language, error), NULL);
	}
}

enum cli_status cli_place_fail_kept(const struct cli *cli, int error)
{
	char path[PLACE_PATH];

	if (error == EPERM || error == EROFS || error == ENOSPC || error == EDQUOT)
		return cli_place_fail(cli, cli_kept_home(path), error);
	return cli_fail(cli, CLI_FAULT, TEXT_PROTECT_NOT_KEPT, cli_errno(cli->language, error), NULL);
}

static int obstacle_of(int fd, const char *path)
{
	struct statx facts;

	if (statx(fd, path, AT_SYMLINK_NOFOLLOW | (path[0] == '\0' ? AT_EMPTY_PATH : 0), STATX_TYPE, &facts) != 0)
		return errno;
	if ((facts.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0)
		return EPERM;
	return path[0] == '\0' && (facts.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0 ? EBUSY : 0;
}

/* Asked before anything is written, and told by --check too. Else the rename would say so, after the switch was set. */
enum cli_status cli_place_judge_replace(const struct cli *cli, const struct service_file *place)
{
	int error = place->exists ? obstacle_of(place->fd, "") : 0;

	if (error == 0 && access(PLACE_PAM, W_OK) != 0)
		error = errno;
	if (error == 0)
		error = obstacle_of(AT_FDCWD, PLACE_PAM);
	if (error != 0)
		return cli_place_fail(cli, place->path, error);
	if (place->exists && place->st.st_nlink > 1)
		return cli_fail(cli, CLI_NO, TEXT_PLACE_LINKED, place->path, NULL);
	return CLI_DONE;
}
