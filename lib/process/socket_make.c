/* One socket in the file system. Its directory is opened once and judged by its descriptor; only root and the process itself
 * may write there, so nothing can be swapped between the steps. */
#include <liberations/socket_make.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <liberations/settings.h>

#define QUEUE 4096

static enum lbr_error check_directory(int fd, const char *path, struct lbr_reason *reason)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return lbr_fail_system(reason, errno, "%s: fstat", path);
	if ((st.st_uid != 0 && st.st_uid != geteuid()) || (st.st_mode & 022) != 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(OTHERS_WRITE_THERE));
	return LBR_OK;
}

/* Root makes the directory, one level deep; /run loses it at every boot. */
static enum lbr_error open_directory(const char *path, int *ret_fd, struct lbr_reason *reason)
{
	bool made = geteuid() == 0 && mkdir(path, 0755) == 0;
	enum lbr_error error;

	*ret_fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*ret_fd < 0)
		return lbr_fail_system(reason, errno, "%s", path);
	error = check_directory(*ret_fd, path, reason);
	if (error == LBR_OK && made && fchmod(*ret_fd, 0755) != 0) /* restores what the umask took away */
		error = lbr_fail_system(reason, errno, "%s: fchmod", path);
	return error;
}

/* Removes the socket of a listener that was killed, but not that of a live one. The current directory is the socket's. */
static enum lbr_error clear_place(const struct sockaddr_un *address, struct lbr_reason *reason)
{
	struct stat st;
	int fd, saved_errno;

	if (lstat(address->sun_path, &st) != 0)
		return errno == ENOENT ? LBR_OK : lbr_fail_system(reason, errno, "%s", address->sun_path);
	if (!S_ISSOCK(st.st_mode))
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, address->sun_path, LBR_WHY(NOT_A_SOCKET));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return lbr_fail_system(reason, errno, "socket");
	saved_errno = connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ? 0 : errno;
	close(fd);
	if (saved_errno != ECONNREFUSED)
		return lbr_fail_at(reason, LBR_ERR_BUSY, address->sun_path, LBR_WHY(LISTENER_THERE));
	if (unlink(address->sun_path) != 0)
		return lbr_fail_system(reason, errno, "%s: unlink", address->sun_path);
	return LBR_OK;
}

/* If the process may not give the socket to the group, only its owner can connect. */
static enum lbr_error open_to(const char *name, mode_t mode, gid_t gid, struct lbr_reason *reason)
{
	if (gid != (gid_t)-1 && lchown(name, (uid_t)-1, gid) != 0) {
		if (errno != EPERM)
			return lbr_fail_system(reason, errno, "%s: chown", name);
		mode &= 0700;
	}
	return chmod(name, mode) == 0 ? LBR_OK : lbr_fail_system(reason, errno, "%s: chmod", name);
}

/* No client can connect before the last step. */
static enum lbr_error bind_here(int fd, const char *name, mode_t mode, gid_t gid, struct lbr_reason *reason)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	enum lbr_error error;

	if (name[0] == '\0' || strlen(name) >= sizeof(address.sun_path))
		return lbr_fail(reason, LBR_ERR_RANGE, LBR_WHY(SOCKET_NAME));
	memcpy(address.sun_path, name, strlen(name));
	error = clear_place(&address, reason);
	if (error != LBR_OK)
		return error;
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		return lbr_fail_system(reason, errno, "%s: bind", name);
	error = open_to(name, mode, gid, reason);
	if (error == LBR_OK && listen(fd, QUEUE) != 0)
		error = lbr_fail_system(reason, errno, "%s: listen", name);
	return error;
}

enum lbr_error lbr_socket_make(const char *path, mode_t mode, gid_t gid, int *ret_fd, struct lbr_reason *reason)
{
	char directory[LBR_PATH_MAX];
	const char *slash = strrchr(path, '/');
	enum lbr_error error;
	int dirfd = -1;

	*ret_fd = -1;
	if (path[0] != '/' || slash == path || strlen(path) >= sizeof(directory))
		return lbr_fail(reason, LBR_ERR_SYNTAX, LBR_WHY(SOCKET_NOT_ABSOLUTE), path);
	(void)snprintf(directory, sizeof(directory), "%.*s", (int)(slash - path), path);
	error = open_directory(directory, &dirfd, reason);
	if (error == LBR_OK && fchdir(dirfd) != 0)
		error = lbr_fail_system(reason, errno, "%s", directory);
	if (error == LBR_OK) {
		*ret_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		error = *ret_fd < 0 ? lbr_fail_system(reason, errno, "socket")
		                    : bind_here(*ret_fd, slash + 1, mode, gid, reason);
	}
	if (error != LBR_OK)
		lbr_reason_prefix(reason, "sockets");
	if (dirfd >= 0)
		close(dirfd);
	return chdir("/") == 0 || error != LBR_OK ? error : lbr_fail_system(reason, errno, "/");
}
