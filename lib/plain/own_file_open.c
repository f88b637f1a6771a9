/* Opening: the kernel refuses links in the path, and fstat checks the descriptor, never the name. */
#include <liberations/own_file.h>

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
		return lbr_fail_at(reason, LBR_ERR_ABSENT, path, LBR_WHY(NOT_THERE));
	case EEXIST:
		return lbr_fail_at(reason, LBR_ERR_EXISTS, path, LBR_WHY(EXISTS));
	case ELOOP:
	case EXDEV:
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(LINK_ON_PATH));
	case ENOTDIR:
	case EISDIR:
	case ENXIO:
	case ENODEV:
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(WRONG_KIND));
	case EACCES:
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(NOT_OURS));
	case ENOSYS:
		return lbr_fail_at(reason, LBR_ERR_SYSTEM, path, LBR_WHY(NO_OPENAT2));
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

static enum lbr_error check_or_close(enum lbr_error error, mode_t kind, const char *path, int *ret_fd,
                                     struct lbr_reason *reason)
{
	if (error != LBR_OK)
		return error;
	error = lbr_own_file_check(*ret_fd, kind, path, reason);
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
