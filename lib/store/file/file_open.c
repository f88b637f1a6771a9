/* Opening: the kernel refuses links on the way, fstat judges the descriptor, never the name. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static enum lbr_error explain(int saved_errno, const char *path, struct lbr_reason *reason)
{
	switch (saved_errno) {
	case ENOENT:
		return lbr_fail(reason, LBR_ERR_ABSENT, "%s: not there", path);
	case EEXIST:
		return lbr_fail(reason, LBR_ERR_EXISTS, "%s: there already", path);
	case ELOOP:
	case EXDEV:
		return lbr_fail(reason, LBR_ERR_UNSAFE, "%s: a symbolic link stands on the way", path);
	case ENOTDIR:
	case EISDIR:
	case ENXIO:
	case ENODEV:
		return lbr_fail(reason, LBR_ERR_UNSAFE, "%s: not the kind of file that belongs there", path);
	case EACCES:
		return lbr_fail(reason, LBR_ERR_UNSAFE, "%s: not ours to open: wrong owner or mode", path);
	case ENOSYS:
		return lbr_fail(reason, LBR_ERR_SYSTEM, "%s: this kernel lacks openat2 (Linux 5.6), without which no file "
		                "is opened safely", path);
	default:
		return lbr_fail_system(reason, saved_errno, "%s", path);
	}
}

enum lbr_error lbr_file_openat(int dirfd, const char *path, int flags, bool beneath, int *ret_fd,
                               struct lbr_reason *reason)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY),
		.mode = (flags & O_CREAT) != 0 ? 0600 : 0,
		.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | (beneath ? RESOLVE_BENEATH : 0),
	};
	long fd;

	*ret_fd = -1;
	do
		fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return explain(errno, path, reason);
	*ret_fd = (int)fd;
	return LBR_OK;
}

/* Owner and mode are asked of everything; `fault` names what is wrong. */
static enum lbr_error check(int fd, mode_t kind, const char *path, struct lbr_reason *reason)
{
	const char *fault = NULL;
	struct stat st;

	if (fstat(fd, &st) != 0)
		return lbr_fail_system(reason, errno, "%s: fstat", path);
	if ((st.st_mode & S_IFMT) != kind)
		fault = kind == S_IFDIR ? "not a directory" : "not a regular file";
	else if (kind == S_IFREG && st.st_nlink > 1)
		fault = "has more than one link";
	else if (st.st_uid != geteuid())
		fault = "belongs to another user";
	else if ((st.st_mode & 077) != 0)
		fault = "is open to other users";
	return fault == NULL ? LBR_OK : lbr_fail(reason, LBR_ERR_UNSAFE, "%s: %s", path, fault);
}

static enum lbr_error check_or_close(enum lbr_error error, mode_t kind, const char *path, int *ret_fd,
                                     struct lbr_reason *reason)
{
	if (error != LBR_OK)
		return error;
	error = check(*ret_fd, kind, path, reason);
	if (error == LBR_OK)
		return LBR_OK;
	close(*ret_fd);
	*ret_fd = -1;
	return error;
}

enum lbr_error lbr_file_open_own(int dirfd, const char *path, int flags, int *ret_fd, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_file_openat(dirfd, path, flags, true, ret_fd, reason);

	return check_or_close(error, S_IFREG, path, ret_fd, reason);
}

enum lbr_error lbr_file_open_dir(int dirfd, const char *path, bool beneath, int *ret_fd, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_file_openat(dirfd, path, O_RDONLY | O_DIRECTORY, beneath, ret_fd, reason);

	return check_or_close(error, S_IFDIR, path, ret_fd, reason);
}
