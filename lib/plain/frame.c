/* Frames on a stream socket: sent or received whole or not at all, within a time limit, and without a signal to the host. */
#include <liberations/wire.h>

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <liberations/big_endian.h>
#include <liberations/monotonic.h>
#include <liberations/wait.h>

#define LENGTH_WORD 4
#define HEAD_MAX 2048 /* bytes that go out together with their length: a hello, whole */

void lbr_frame_wipe(struct lbr_frame *frame)
{
	lbr_wipe(frame, sizeof(*frame));
}

int lbr_frame_type(const struct lbr_frame *frame)
{
	return frame->len == 0 ? 0 : frame->bytes[0];
}

static enum lbr_error error_of(int saved_errno)
{
	return saved_errno == EPIPE || saved_errno == ECONNRESET ? LBR_ERR_ABSENT : LBR_ERR_SYSTEM;
}

static bool must_wait(int saved_errno)
{
	return saved_errno == EAGAIN || saved_errno == EWOULDBLOCK || saved_errno == EINTR;
}

static enum lbr_error send_all(int fd, const unsigned char *bytes, size_t len, int64_t deadline_ms)
{
	enum lbr_error error;
	ssize_t sent;

	while (len > 0) {
		sent = send(fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && !must_wait(errno))
			return error_of(errno);
		if (sent > 0) {
			bytes += sent;
			len -= (size_t)sent;
			continue;
		}
		error = lbr_wait_for(fd, POLLOUT, deadline_ms);
		if (error != LBR_OK)
			return error;
	}
	return LBR_OK;
}

static enum lbr_error receive_all(int fd, unsigned char *bytes, size_t len, int64_t deadline_ms)
{
	enum lbr_error error;
	ssize_t got;

	while (len > 0) {
		got = recv(fd, bytes, len, MSG_DONTWAIT);
		if (got == 0)
			return LBR_ERR_ABSENT;
		if (got < 0 && !must_wait(errno))
			return error_of(errno);
		if (got > 0) {
			bytes += got;
			len -= (size_t)got;
			continue;
		}
		error = lbr_wait_for(fd, POLLIN, deadline_ms);
		if (error != LBR_OK)
			return error;
	}
	return LBR_OK;
}

enum lbr_error lbr_frame_send(int fd, const struct lbr_frame *frame, int timeout_ms)
{
	unsigned char head[LENGTH_WORD + HEAD_MAX];
	int64_t deadline_ms = lbr_monotonic_ms() + timeout_ms;
	size_t first = frame->len < HEAD_MAX ? frame->len : HEAD_MAX;
	enum lbr_error error;

	if (frame->len == 0 || frame->len > LBR_FRAME_MAX)
		return LBR_ERR_RANGE;
	lbr_big_endian_put(head, LENGTH_WORD, frame->len);
	memcpy(head + LENGTH_WORD, frame->bytes, first);
	error = send_all(fd, head, LENGTH_WORD + first, deadline_ms);
	lbr_wipe(head, sizeof(head));
	return error == LBR_OK ? send_all(fd, frame->bytes + first, frame->len - first, deadline_ms) : error;
}

enum lbr_error lbr_frame_receive(int fd, struct lbr_frame *frame, int timeout_ms)
{
	unsigned char word[LENGTH_WORD];
	int64_t deadline_ms = lbr_monotonic_ms() + timeout_ms;
	enum lbr_error error;
	size_t len;

	lbr_frame_wipe(frame);
	error = receive_all(fd, word, sizeof(word), deadline_ms);
	if (error != LBR_OK)
		return error;
	len = (size_t)lbr_big_endian_get(word, sizeof(word));
	if (len == 0 || len > LBR_FRAME_MAX)
		return LBR_ERR_SYNTAX;
	error = receive_all(fd, frame->bytes, len, deadline_ms);
	if (error == LBR_OK)
		frame->len = len;
	else
		lbr_frame_wipe(frame);
	return error;
}
