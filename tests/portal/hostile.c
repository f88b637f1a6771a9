/* A page process that was taken over, in the keeper's hands: it says to the keeper what its visitor sends, and to the visitor what the
 * keeper answers, byte for byte. It says it twice if the first byte is '2'; if it is 'd', descriptors go with it. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define KEEPER 4
#define GIVEN 3

union rights {
	char           bytes[CMSG_SPACE(GIVEN * sizeof(int))];
	struct cmsghdr align;
};

static char bytes[65536];

static int take_connection(void)
{
	union rights control = { .bytes = { 0 } };
	struct iovec packet = { .iov_base = bytes, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &packet, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = CMSG_SPACE(sizeof(int)) };
	int connection = -1;

	if (recvmsg(KEEPER, &message, 0) == 1 && CMSG_FIRSTHDR(&message) != NULL)
		memcpy(&connection, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(connection));
	return connection;
}

static void say_with_descriptors(int connection, size_t len)
{
	const int given[GIVEN] = { connection, KEEPER, STDOUT_FILENO };
	union rights control = { .bytes = { 0 } };
	struct iovec packet = { .iov_base = bytes + 1, .iov_len = len };
	struct msghdr message = { .msg_iov = &packet, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	*header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(given)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(header), given, sizeof(given));
	(void)sendmsg(KEEPER, &message, MSG_NOSIGNAL);
}

int main(void)
{
	int connection = take_connection();
	size_t len = 0;
	ssize_t got;

	if (connection < 0)
		return 1;
	while ((got = read(connection, bytes + len, sizeof(bytes) - len)) > 0)
		len += (size_t)got;
	if (len < 2)
		return 1;
	if (bytes[0] == 'd')
		say_with_descriptors(connection, len - 1);
	else
		(void)send(KEEPER, bytes + 1, len - 1, MSG_NOSIGNAL);
	if (bytes[0] == '2')
		(void)send(KEEPER, bytes + 1, len - 1, MSG_NOSIGNAL);
	got = recv(KEEPER, bytes, sizeof(bytes), 0);
	return got > 0 && write(connection, bytes, (size_t)got) == got ? 0 : 1;
}
