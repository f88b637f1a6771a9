#include "receive.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

ssize_t lbr_receive(int from, void *bytes, size_t size, int *ret_given)
{
	union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control = { .bytes = { 0 } };
	struct iovec packet = { .iov_base = bytes, .iov_len = size };
	struct msghdr message = { .msg_iov = &packet, .msg_iovlen = 1, .msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
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
