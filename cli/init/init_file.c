/* How `init` writes as root: through directory descriptors, never over an existing file. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "write_all.h"

#define NAME_NEW_MAX 256

static enum lbr_error fill(int fd, const void *bytes, size_t len, gid_t gid, mode_t mode)
{
	if (!cli_write_all(fd, bytes, len))
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
		return lbr_fail_at(reason, LBR_ERR_EXISTS, name, LBR_WHY(EXISTS));
	if (snprintf(new, sizeof(new), "%s.new", name) >= (int)sizeof(new))
		return lbr_fail_at(reason, LBR_ERR_RANGE, name, LBR_WHY(NAME_TOO_LONG));
	(void)unlinkat(directory, new, 0); /* left by an interrupted run */
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
