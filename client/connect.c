#include "socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CONNECT_RETRY_MS 20

/* Moves a descriptor to 3 or above; the old one is closed in every case. */
static int move_up(int fd)
{
	int moved, saved_errno;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	saved_errno = errno;
	close(fd);
	errno = saved_errno;
	return moved;
}

/* A Unix socket connects at once, or says EAGAIN while the listener's queue is full. */
static int connect_within(int fd, const struct sockaddr_un *address, int wait_ms)
{
	int waited_ms;

	for (waited_ms = 0; waited_ms <= wait_ms; waited_ms += CONNECT_RETRY_MS) {
		if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
			return 0;
		if (errno != EAGAIN && errno != EINTR)
			return -1;
		poll(NULL, 0, CONNECT_RETRY_MS);
	}
	errno = ETIMEDOUT;
	return -1;
}

int lbr_socket_connect(const char *path, int wait_ms)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd, saved_errno;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = move_up(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
	if (fd < 0)
		return -1;
	if (connect_within(fd, &address, wait_ms) == 0)
		return fd;
	saved_errno = errno;
	close(fd);
	errno = saved_errno;
	return -1;
}

int lbr_socket_pair(int ret[2])
{
	int pair[2], saved_errno;

	ret[0] = ret[1] = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return -1;
	ret[0] = move_up(pair[0]);
	ret[1] = move_up(pair[1]);
	if (ret[0] >= 0 && ret[1] >= 0)
		return 0;
	saved_errno = errno;
	if (ret[0] >= 0)
		close(ret[0]);
	if (ret[1] >= 0)
		close(ret[1]);
	ret[0] = ret[1] = -1;
	errno = saved_errno;
	return -1;
}
