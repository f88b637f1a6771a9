/* Sockets above descriptors 0, 1 and 2: a host that runs without those must not write into ours. */
#include <liberations/client.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <liberations/monotonic.h>

#define CONNECT_RETRY_MS 20

void lbr_client_init(struct lbr_client *client)
{
	memset(client, 0, sizeof(*client));
	client->fd = -1;
	client->wait_ms = LBR_MACHINE_WAIT_MS;
}

/* Moves a descriptor to 3 or above; always closes the old one. */
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

/* A Unix socket connects at once, or fails with EAGAIN while the listener's queue is full. */
static int connect_within(struct lbr_client *client, int fd, const struct sockaddr_un *address)
{
	int64_t until_ms = lbr_monotonic_ms() + client->wait_ms;

	for (;;) {
		if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
			break;
		if (errno != EAGAIN && errno != EINTR)
			return errno;
		if (lbr_monotonic_ms() >= until_ms)
			return ETIMEDOUT;
		poll(NULL, 0, CONNECT_RETRY_MS);
	}
	client->left_ms = until_ms - lbr_monotonic_ms();
	return 0;
}

int lbr_client_connect(struct lbr_client *client, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd, error;

	if (strlen(path) >= sizeof(address.sun_path))
		return ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = move_up(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
	if (fd < 0)
		return errno;
	error = connect_within(client, fd, &address);
	if (error == 0)
		client->fd = fd; /* transferred */
	else
		close(fd);
	return error;
}

int lbr_client_pair(struct lbr_client *client, int *ret)
{
	int pair[2], moved[2], error;

	*ret = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return errno;
	moved[0] = move_up(pair[0]);
	error = moved[0] < 0 ? errno : 0;
	moved[1] = move_up(pair[1]);
	if (error == 0 && moved[1] < 0)
		error = errno;
	if (error == 0) {
		client->fd = moved[0]; /* both transferred */
		client->left_ms = client->wait_ms;
		*ret = moved[1];
		return 0;
	}
	if (moved[0] >= 0)
		close(moved[0]);
	if (moved[1] >= 0)
		close(moved[1]);
	return error;
}

void lbr_client_close(struct lbr_client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
	client->serial = 0;
	while (client->child > 0 && waitpid(client->child, NULL, 0) < 0 && errno == EINTR)
		continue;
	client->child = 0;
}
