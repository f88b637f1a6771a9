/* Reading, writing and replacing whole files; every step is checked. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/name.h>

#define TEMP_MAX (LBR_NAME_FILE_MAX + 40) /* the longest is a notice's, which includes its kind */

enum lbr_error lbr_file_read(int fd, char *bytes, size_t max, size_t *ret_len, const char *path,
                             struct lbr_reason *reason)
{
	size_t done = 0;
	ssize_t got;
	char beyond;

	*ret_len = 0;
	while (done < max) {
		got = pread(fd, bytes + done, max - done, (off_t)done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return lbr_fail_system(reason, errno, "%s: read", path);
		if (got == 0)
			break;
		done += (size_t)got;
	}
	if (done == 0)
		return lbr_fail_at(reason, LBR_ERR_DAMAGED, path, LBR_WHY(EMPTY_FILE));
	if (done == max && pread(fd, &beyond, 1, (off_t)done) != 0)
		return lbr_fail_at(reason, LBR_ERR_DAMAGED, path, LBR_WHY(LONGER_THAN_POSSIBLE));
	*ret_len = done;
	return LBR_OK;
}

enum lbr_error lbr_file_write(int fd, const void *bytes, size_t len, off_t offset, const char *path,
                              struct lbr_reason *reason)
{
	ssize_t put;

	do
		put = pwrite(fd, bytes, len, offset);
	while (put < 0 && errno == EINTR);
	if (put < 0)
		return lbr_fail_system(reason, errno, "%s: write", path);
	if ((size_t)put != len)
		return lbr_fail_at(reason, LBR_ERR_SYSTEM, path, LBR_WHY(WRITTEN_IN_PART));
	return LBR_OK;
}

enum lbr_error lbr_file_remove(int dirfd, const char *name, struct lbr_reason *reason)
{
	if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT)
		return LBR_OK;
	return lbr_fail_system(reason, errno, "%s: remove", name);
}

static enum lbr_error write_temp(int dirfd, const char *temp, const void *bytes, size_t len, bool sync,
                                 struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	/* First removes what a killed writer left behind: the caller's lock makes sure that no other writer is at work. */
	error = lbr_file_remove(dirfd, temp, reason);
	if (error == LBR_OK)
		error = lbr_file_openat(dirfd, temp, O_WRONLY | O_CREAT | O_EXCL, true, &fd, reason);
	if (error != LBR_OK)
		return error;
	if (fchmod(fd, 0600) != 0) /* restores what the umask took away */
		error = lbr_fail_system(reason, errno, "%s: fchmod", temp);
	if (error == LBR_OK)
		error = lbr_file_write(fd, bytes, len, 0, temp, reason);
	if (error == LBR_OK && sync && fsync(fd) != 0)
		error = lbr_fail_system(reason, errno, "%s: fsync", temp);
	if (close(fd) != 0 && error == LBR_OK)
		error = lbr_fail_system(reason, errno, "%s: close", temp);
	return error;
}

/* `set` puts the temporary file into its place; LBR_ERR_ABSENT and the disk's errors are its own. */
typedef enum lbr_error set_in_place(int dirfd, const char *temp, const char *name, struct lbr_reason *reason);

static enum lbr_error write_in_place(int dirfd, const char *name, const void *bytes, size_t len, bool sync, set_in_place *set,
                                     struct lbr_reason *reason)
{
	char temp[TEMP_MAX];
	enum lbr_error error;
	int n = snprintf(temp, sizeof(temp), ".%s" LBR_TEMP_END, name); /* account files never begin with a dot */

	if (n < 0 || (size_t)n >= sizeof(temp))
		return lbr_fail(reason, LBR_ERR_INTERNAL, LBR_WHY(FILE_NAME_TOO_LONG));
	error = write_temp(dirfd, temp, bytes, len, sync, reason);
	if (error == LBR_OK)
		error = set(dirfd, temp, name, reason);
	if (error != LBR_OK) {
		lbr_file_remove(dirfd, temp, NULL); /* the first fault is the one to report */
		return error;
	}
	if (!sync || fsync(dirfd) == 0)
		return LBR_OK;
	lbr_fail_system_at(reason, errno, name, LBR_WHY(SYNCING_PARENT));
	return LBR_ERR_UNKNOWN;
}

static enum lbr_error set_whatever_was(int dirfd, const char *temp, const char *name, struct lbr_reason *reason)
{
	if (renameat(dirfd, temp, dirfd, name) == 0)
		return LBR_OK;
	return lbr_fail_system(reason, errno, "%s: rename", name);
}

/* The two change places or neither does, so what another process removes meanwhile does not come back. A file system that cannot do
 * that says EINVAL. */
static enum lbr_error set_if_there(int dirfd, const char *temp, const char *name, struct lbr_reason *reason)
{
	enum lbr_error error;

	if (renameat2(dirfd, temp, dirfd, name, RENAME_EXCHANGE) == 0)
		return lbr_file_remove(dirfd, temp, reason);
	if (errno == EINVAL && faccessat(dirfd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return set_whatever_was(dirfd, temp, name, reason);
	error = errno == ENOENT ? LBR_ERR_ABSENT : LBR_ERR_SYSTEM;
	lbr_fail_system(reason, errno, "%s: rename", name);
	return error;
}

enum lbr_error lbr_file_replace(int dirfd, const char *name, const void *bytes, size_t len, bool sync,
                                struct lbr_reason *reason)
{
	return write_in_place(dirfd, name, bytes, len, sync, set_whatever_was, reason);
}

enum lbr_error lbr_file_rewrite(int dirfd, const char *name, const void *bytes, size_t len, struct lbr_reason *reason)
{
	return write_in_place(dirfd, name, bytes, len, true, set_if_there, reason);
}
