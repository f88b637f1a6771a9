/* What came over a connection. */
#include "gate_line.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <liberations/secret.h>

#include "gate_head.h"
#include "head_filter.h"

#define HEAD_WAIT_MS 10000

#define REFUSED(status) "HTTP/1.1 " status "\r\nCache-Control: no-store\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

static const char bad[] = REFUSED("400 Bad Request"), large[] = REFUSED("431 Request Header Fields Too Large");

/* libmicrohttpd then reads what is left, and the end. */
static void refuse(int fd, unsigned status)
{
	const char *answer = status == 431 ? large : bad;

	(void)send(fd, answer, strlen(answer), MSG_NOSIGNAL | MSG_DONTWAIT);
	(void)shutdown(fd, SHUT_RDWR);
}

static void release(struct lbr_gate_lines *lines, struct lbr_gate_line *line)
{
	lines->held -= line->held;
	line->held = false;
}

/* Its client may be gone, or take too long. */
static bool hold(struct lbr_gate_lines *lines, struct lbr_gate_line *line, int fd, int64_t now_ms)
{
	struct pollfd end = { .fd = fd, .events = POLLRDHUP };

	if (!line->held) {
		line->held = true;
		line->since_ms = now_ms;
		lines->held++;
	}
	if (poll(&end, 1, 0) == 0 && now_ms - line->since_ms < HEAD_WAIT_MS)
		return false;
	(void)shutdown(fd, SHUT_RDWR);
	release(lines, line);
	return true;
}

bool lbr_gate_line_look(struct lbr_gate_lines *lines, int fd, int64_t now_ms)
{
	static char bytes[LBR_HEAD_MAX + 1];
	struct lbr_gate_line *line = &lines->at[fd];
	struct lbr_head head = { .len = 0 };
	size_t len, used;
	ssize_t got;

	if (line->judged > 0) /* a long head is read in parts */
		return true;
	got = recv(fd, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT);
	if (got <= 0) {
		release(lines, line);
		return true;
	}
	len = (size_t)got;
	used = lbr_head_feed(&head, bytes, len);
	if (head.place == LBR_HEAD_DONE)
		head.status = lbr_gate_head_judge(bytes, used);
	else if (head.place != LBR_HEAD_REFUSED)
		used = 0;
	lbr_wipe(bytes, len);
	if (used == 0)
		return hold(lines, line, fd, now_ms);
	release(lines, line);
	if (head.status != 0) {
		refuse(fd, head.status);
		return true;
	}
	line->judged = used;
	line->more = used < len;
	return true;
}

void lbr_gate_line_forget(struct lbr_gate_lines *lines, int fd)
{
	release(lines, &lines->at[fd]);
	memset(&lines->at[fd], 0, sizeof(lines->at[fd]));
}

bool lbr_gate_line_take(struct lbr_gate_lines *lines, int fd, size_t head_len, bool *ret_more)
{
	struct lbr_gate_line *line = &lines->at[fd];
	bool sound = line->judged > 0 && line->judged == head_len;

	*ret_more = line->more;
	line->judged = 0;
	line->served = true;
	return sound;
}
