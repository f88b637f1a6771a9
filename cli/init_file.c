/* How `init` writes as root: into directories that only root can change, on descriptors, never over what is there. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#define NAME_NEW_MAX 256

static enum lbr_error judge_directory(int fd, const char *path, struct lbr_reason *reason)
{
	struct stat directory;

	if (geteuid() != 0)
		return LBR_OK;
	if (fstat(fd, &directory) != 0)
		return lbr_fail_system(reason, errno, "%s: fstat", path);
	if (directory.st_uid != 0)
		return lbr_fail(reason, LBR_ERR_UNSAFE, "%s: a directory on the way belongs to user %u: "
		                "root writes only where root alone can", path, (unsigned)directory.st_uid);
	if ((directory.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (directory.st_mode & S_ISVTX) == 0)
		return lbr_fail(reason, LBR_ERR_UNSAFE, "%s: a directory on the way can be written by others (mode %04o)",
		                path, (unsigned)directory.st_mode & 07777);
	return LBR_OK;
}

/* From / down, one component at a time, through no symbolic link. `path` is from realpath(3) and is cut up. */
static enum lbr_error walk(char *path, const char *shown, int *ret_fd, struct lbr_reason *reason)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), next;
	enum lbr_error error = LBR_OK;
	char *rest = path, *part;

	while (fd >= 0 && (part = strsep(&rest, "/")) != NULL) {
		if (*part == '\0')
			continue;
		next = openat(fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(fd);
		fd = next;
		error = fd >= 0 ? judge_directory(fd, shown, reason) : LBR_OK;
		if (error != LBR_OK) {
			close(fd);
			return error;
		}
	}
	*ret_fd = fd;
	return fd >= 0 ? LBR_OK : lbr_fail_system(reason, errno, "%s: open its directory", shown);
}

enum lbr_error cli_open_parent(const char *path, int *ret_fd, const char **ret_name, struct lbr_reason *reason)
{
	const char *slash = strrchr(path, '/');
	char parent[PATH_MAX] = ".", real[PATH_MAX];

	*ret_fd = -1;
	*ret_name = slash != NULL ? slash + 1 : path;
	if (**ret_name == '\0' || strlen(path) >= sizeof(parent))
		return lbr_fail(reason, LBR_ERR_UNSAFE, "%s: not the name of a file", path);
	if (slash != NULL)
		snprintf(parent, sizeof(parent), "%.*s", slash > path ? (int)(slash - path) : 1, path);
	if (realpath(parent, real) == NULL)
		return lbr_fail_system(reason, errno, "%s", parent);
	return walk(real, path, ret_fd, reason);
}

static enum lbr_error write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t written = write(fd, bytes, len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return LBR_ERR_SYSTEM;
		bytes += written;
		len -= (size_t)written;
	}
	return LBR_OK;
}

static enum lbr_error fill(int fd, const void *bytes, size_t len, gid_t gid, mode_t mode)
{
	if (write_all(fd, bytes, len) != LBR_OK)
		return LBR_ERR_SYSTEM;
	if (gid != (gid_t)-1 && fchown(fd, (uid_t)-1, gid) != 0)
		return LBR_ERR_SYSTEM;
	return fchmod(fd, mode) == 0 && fsync(fd) == 0 ? LBR_OK : LBR_ERR_SYSTEM;
}

enum lbr_error cli_make_file(int directory, const char *name, const void *bytes, size_t len, gid_t gid, mode_t mode,
                             struct lbr_reason *reason)
{
	char new[NAME_NEW_MAX];
	enum lbr_error error;
	int fd, saved;

	if (faccessat(directory, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return lbr_fail(reason, LBR_ERR_EXISTS, "%s: is there", name);
	if (snprintf(new, sizeof(new), "%s.new", name) >= (int)sizeof(new))
		return lbr_fail(reason, LBR_ERR_RANGE, "%s: too long a name", name);
	(void)unlinkat(directory, new, 0); /* what an interrupted run left */
	fd = openat(directory, new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return lbr_fail_system(reason, errno, "%s", new);
	error = fill(fd, bytes, len, gid, mode);
	if (error == LBR_OK &&
	    (renameat2(directory, new, directory, name, RENAME_NOREPLACE) != 0 || fsync(directory) != 0))
		error = LBR_ERR_SYSTEM;
	saved = errno;
	close(fd);
	if (error == LBR_OK)
		return LBR_OK;
	(void)unlinkat(directory, new, 0);
	return lbr_fail_system(reason, saved, "%s: write", name);
}
