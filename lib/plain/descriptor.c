#include <liberations/descriptor.h>

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

union rights {
	char           bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

bool lbr_hand_descriptor(int to, const void *bytes, size_t len, int given)
{
	union rights control = {.bytes = {0}};
	struct iovec packet = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = len};
	struct msghdr message = {.msg_iov = &packet, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	*header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
	memcpy(CMSG_DATA(header), &given, sizeof(given));
	return sendmsg(to, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)len;
}

ssize_t lbr_take_descriptor(int from, void *bytes, size_t size, int *ret_given)
{
	union rights control = {.bytes = {0}};
	struct iovec packet = {.iov_base = bytes, .iov_len = size};
	struct msghdr message = {.msg_iov = &packet, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	const struct cmsghdr *header;
	ssize_t got;

	do
		got = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	header = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
	*ret_given = 0;
	if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
	    header->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(ret_given, CMSG_DATA(header), sizeof(*ret_given));
	return got;
}
