/* How `init` walks to a directory as root: from / down, one component at a time, along a path that only root can have made. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as in the kernel */

struct way {
	const char *shown;          /* path that the caller gave */
	int         fd;             /* directory reached so far; negative: none */
	char        rest[PATH_MAX]; /* path still to walk */
	unsigned    links;
};

static enum lbr_error judge_directory(const struct way *way, struct lbr_reason *reason)
{
	struct stat directory;

	if (geteuid() != 0)
		return LBR_OK;
	if (fstat(way->fd, &directory) != 0)
		return lbr_fail_system(reason, errno, "%s: fstat", way->shown);
	if (directory.st_uid != 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, way->shown, LBR_WHY(PARENT_OF_ANOTHER),
		                   (unsigned)directory.st_uid);
	if ((directory.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (directory.st_mode & S_ISVTX) == 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, way->shown, LBR_WHY(PARENT_WRITABLE),
		                   (unsigned)directory.st_mode & 07777);
	return LBR_OK;
}

/* Takes ownership of `next`; if it is negative, errno says why. */
static enum lbr_error step_to(struct way *way, int next, struct lbr_reason *reason)
{
	int saved_errno = errno;

	if (way->fd >= 0)
		close(way->fd);
	way->fd = next;
	if (next < 0)
		return lbr_fail_system_at(reason, saved_errno, way->shown, LBR_WHY(OPENING_PARENT));
	return judge_directory(way, reason);
}

/* Cuts the next component off the rest. False: none is left. */
static bool take_part(struct way *way, char ret[PATH_MAX])
{
	size_t from = strspn(way->rest, "/"), len = strcspn(way->rest + from, "/");

	memcpy(ret, way->rest + from, len);
	ret[len] = '\0';
	memmove(way->rest, way->rest + from + len, strlen(way->rest + from + len) + 1);
	return len > 0;
}

/* A link made by root, in a directory that only root can change, is trusted; any other may be a trap. */
static enum lbr_error follow(struct way *way, const char *part, struct lbr_reason *reason)
{
	char target[PATH_MAX], rest[PATH_MAX];
	struct stat link;
	ssize_t len;

	if (fstatat(way->fd, part, &link, AT_SYMLINK_NOFOLLOW) != 0)
		return lbr_fail_system_at(reason, errno, way->shown, LBR_WHY(OPENING_PARENT));
	if (geteuid() == 0 && link.st_uid != 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, way->shown, LBR_WHY(PARENT_LINK), (unsigned)link.st_uid);
	len = readlinkat(way->fd, part, target, sizeof(target) - 1);
	if (len <= 0 || ++way->links > LINKS_MAX)
		return lbr_fail_system_at(reason, len < 0 ? errno == EINVAL ? ENOTDIR : errno : ELOOP, way->shown,
		                          LBR_WHY(OPENING_PARENT));
	target[len] = '\0';
	if (snprintf(rest, sizeof(rest), "%s/%s", target, way->rest) >= (int)sizeof(rest))
		return lbr_fail_system_at(reason, ENAMETOOLONG, way->shown, LBR_WHY(OPENING_PARENT));
	memcpy(way->rest, rest, sizeof(rest));
	return target[0] == '/' ? step_to(way, open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), reason) : LBR_OK;
}

static enum lbr_error walk(struct way *way, struct lbr_reason *reason)
{
	enum lbr_error error = step_to(way, open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), reason);
	char part[PATH_MAX];
	int next;

	while (error == LBR_OK && take_part(way, part)) {
		next = openat(way->fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0 && (errno == ELOOP || errno == ENOTDIR))
			error = follow(way, part, reason);
		else
			error = step_to(way, next, reason);
	}
	return error;
}

enum lbr_error cli_open_parent(const char *path, int *ret_fd, const char **ret_name, struct lbr_reason *reason)
{
	const char *slash = strrchr(path, '/');
	struct way way = { .shown = path, .fd = -1 };
	char here[PATH_MAX] = "";
	enum lbr_error error;
	int len;

	*ret_fd = -1;
	*ret_name = slash != NULL ? slash + 1 : path;
	if (**ret_name == '\0')
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(NOT_FILE_NAME));
	if (path[0] != '/' && getcwd(here, sizeof(here)) == NULL)
		return lbr_fail_system_at(reason, errno, NULL, LBR_WHY(FINDING_HERE));
	len = snprintf(way.rest, sizeof(way.rest), "%s/%.*s", here, (int)(*ret_name - path), path);
	if (len < 0 || len >= (int)sizeof(way.rest))
		return lbr_fail(reason, LBR_ERR_UNSAFE, LBR_WHY(PATH_TOO_LONG), path);
	error = walk(&way, reason);
	if (error == LBR_OK)
		*ret_fd = way.fd;
	else if (way.fd >= 0)
		close(way.fd);
	return error;
}
