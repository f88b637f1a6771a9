/* Could a socket be made at a path? */
#include "check_socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <liberations/settings.h>

/* One level above: "/" for what lies in it. */
static void cut_last(const char *path, char ret[LBR_PATH_MAX])
{
	const char *slash = strrchr(path, '/');

	(void)snprintf(ret, LBR_PATH_MAX, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

static enum lbr_error check_directory(const char *directory, struct lbr_reason *reason)
{
	char above[LBR_PATH_MAX];
	struct stat found;

	if (lstat(directory, &found) != 0) {
		cut_last(directory, above);
		return errno == ENOENT && access(above, X_OK) == 0 ? LBR_OK : lbr_fail_system(reason, errno, "%s", directory);
	}
	if (!S_ISDIR(found.st_mode))
		return lbr_fail_system(reason, ENOTDIR, "%s", directory);
	if ((found.st_uid != 0 && found.st_uid != geteuid()) || (found.st_mode & 022) != 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, directory, LBR_WHY(OTHERS_WRITE_THERE));
	return LBR_OK;
}

enum lbr_error lbr_check_socket(const char *path, struct lbr_reason *reason)
{
	const char *name = strrchr(path, '/');
	char directory[LBR_PATH_MAX];
	enum lbr_error error;
	struct stat found;

	if (path[0] != '/' || name == path)
		return lbr_fail(reason, LBR_ERR_SYNTAX, LBR_WHY(SOCKET_NOT_ABSOLUTE), path);
	if (strlen(name + 1) >= sizeof(((struct sockaddr_un *)0)->sun_path))
		return lbr_fail_at(reason, LBR_ERR_RANGE, path, LBR_WHY(SOCKET_NAME));
	cut_last(path, directory);
	error = check_directory(directory, reason);
	if (error == LBR_OK && lstat(path, &found) == 0 && !S_ISSOCK(found.st_mode))
		error = lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(NOT_A_SOCKET));
	return error;
}
