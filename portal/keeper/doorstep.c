/* Who waits for a page, and who is turned away. */
#include "doorstep.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include "answer_fields.h"
#include "keeper_log.h"

#define BUSY_BYTES 2048
#define DRAIN_TURNS 8

/* The language that the browser wants is not known yet. */
static const char busy_body[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n"
	"<head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	"<meta name=\"color-scheme\" content=\"light dark\"/><title>Too busy</title></head>\n"
	"<body><main>\n"
	"<h1>Too busy</h1>\n"
	"<p>Too many people are signing in at this moment. This page tries again by itself in 5 seconds.\n"
	"If you sent a form, fill it in once more.</p>\n"
	"<div lang=\"fr\"><h2>Trop de monde</h2>\n"
	"<p>Trop de personnes se connectent en ce moment. Cette page r\303\251essaie d'elle-m\303\252me dans 5 secondes.\n"
	"Si vous avez envoy\303\251 un formulaire, remplissez-le de nouveau.</p></div>\n"
	"</main></body>\n"
	"</html>\n";

/* The answer, made once. */
static size_t busy_answer(char ret[BUSY_BYTES])
{
	const struct lbr_answer_field *field;
	size_t len = (size_t)snprintf(ret, BUSY_BYTES, "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nRefresh: 5\r\n"
	                              "Connection: close\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %zu\r\n",
	                              sizeof(busy_body) - 1);

	for (field = lbr_answer_fields; field->name != NULL && len < BUSY_BYTES; field++)
		len += (size_t)snprintf(ret + len, BUSY_BYTES - len, "%s: %s\r\n", field->name, field->value);
	if (len < BUSY_BYTES)
		len += (size_t)snprintf(ret + len, BUSY_BYTES - len, "\r\n%s", busy_body);
	return len < BUSY_BYTES ? len : 0;
}

void lbr_doorstep_turn_away(struct lbr_doorstep *doorstep, int fd, int64_t now_ms)
{
	static char answer[BUSY_BYTES];
	static size_t len;

	if (len == 0)
		len = busy_answer(answer);
	doorstep->turned_away++;
	if (send(fd, answer, len, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)len || shutdown(fd, SHUT_WR) != 0 ||
	    doorstep->leaving_count == LBR_LEAVING_MAX) {
		close(fd);
		return;
	}
	doorstep->leaving[doorstep->leaving_count++] = (struct lbr_arrival){ fd, now_ms + LBR_LEAVING_MS };
}

/* A connection that cannot be accepted stays in the queue, and poll(2) tells of it at once: a loop that waits for it would spin. */
static void shut(struct lbr_doorstep *doorstep, int failed, int64_t now_ms)
{
	doorstep->shut_until_ms = now_ms + LBR_DOORSTEP_SHUT_MS;
	if (now_ms < doorstep->tell_shut_ms)
		return;
	lbr_keeper_log(LOG_ERR, "no connection can be taken: %s; it is tried again every second", strerror(failed));
	doorstep->tell_shut_ms = now_ms + LBR_SHUT_LINE_MS;
}

/* Returns -1 if there is none. */
static int accept_one(struct lbr_doorstep *doorstep, int listening, int64_t now_ms)
{
	int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0 && errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
		shut(doorstep, errno, now_ms);
	return fd;
}

void lbr_doorstep_take(struct lbr_doorstep *doorstep, int listening, unsigned most, int64_t now_ms)
{
	int fd;

	while (lbr_doorstep_is_open(doorstep, now_ms)) {
		fd = accept_one(doorstep, listening, now_ms);
		if (fd < 0)
			return;
		if (doorstep->count >= most || doorstep->count == LBR_DOORSTEP_MAX) {
			lbr_doorstep_turn_away(doorstep, fd, now_ms);
			continue;
		}
		doorstep->waiting[(doorstep->first + doorstep->count++) % LBR_DOORSTEP_MAX] =
			(struct lbr_arrival){ fd, now_ms + LBR_DOORSTEP_MS };
	}
}

int lbr_doorstep_next(struct lbr_doorstep *doorstep)
{
	int fd;

	if (doorstep->count == 0)
		return -1;
	fd = doorstep->waiting[doorstep->first].fd;
	doorstep->first = (doorstep->first + 1) % LBR_DOORSTEP_MAX;
	doorstep->count--;
	return fd;
}

/* True: the other side has closed, or sends without end. */
static bool has_left(const struct lbr_arrival *one, int64_t now_ms)
{
	char bytes[4096];
	ssize_t got = 1;
	unsigned turn;

	for (turn = 0; turn < DRAIN_TURNS && got > 0; turn++)
		got = recv(one->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR) || now_ms >= one->until_ms;
}

static void log_turned_away(struct lbr_doorstep *doorstep, int64_t now_ms)
{
	if (doorstep->turned_away == 0 || now_ms < doorstep->tell_again_ms)
		return;
	lbr_keeper_log(LOG_WARNING, "more requests for pages than `requests` and `waiting` allow: %u told to come again",
	               doorstep->turned_away);
	doorstep->turned_away = 0;
	doorstep->tell_again_ms = now_ms + LBR_TURNED_AWAY_LINE_MS;
}

void lbr_doorstep_tidy(struct lbr_doorstep *doorstep, int64_t now_ms)
{
	unsigned at = 0;

	while (at < doorstep->leaving_count) {
		if (!has_left(&doorstep->leaving[at], now_ms)) {
			at++;
			continue;
		}
		close(doorstep->leaving[at].fd);
		doorstep->leaving[at] = doorstep->leaving[--doorstep->leaving_count];
	}
	while (doorstep->count > 0 && now_ms >= doorstep->waiting[doorstep->first].until_ms &&
	       doorstep->leaving_count < LBR_LEAVING_MAX)
		lbr_doorstep_turn_away(doorstep, lbr_doorstep_next(doorstep), now_ms);
	log_turned_away(doorstep, now_ms);
}
