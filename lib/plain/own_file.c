#include <liberations/own_file.h>

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

enum lbr_error lbr_own_file_check(int fd, mode_t kind, const char *path, struct lbr_reason *reason)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return lbr_fail_system(reason, errno, "%s: fstat", path);
	if ((st.st_mode & S_IFMT) != kind)
		return kind == S_IFDIR ? lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(NOT_DIRECTORY))
		                       : lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(NOT_REGULAR));
	if (kind == S_IFREG && st.st_nlink > 1)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(LINKED_TWICE));
	if (st.st_uid != geteuid())
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(ANOTHER_OWNER), (unsigned)st.st_uid, (unsigned)geteuid());
	if ((st.st_mode & 077) != 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(OPEN_TO_OTHERS));
	return LBR_OK;
}

void lbr_file_ask_in_place(int fd)
{
	int flags = 0;

	if (ioctl(fd, FS_IOC_GETFLAGS, &flags) != 0 || (flags & FS_NOCOW_FL) != 0)
		return;
	flags |= FS_NOCOW_FL;
	(void)ioctl(fd, FS_IOC_SETFLAGS, &flags);
}
