/* liberations-portal-page: one connection, one request, one answer, in a cage. Descriptor 4 is the keeper, who hands it the
 * connection. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <liberations/descriptor.h>

#include "answer_fields.h"
#include "cage.h"
#include "head_filter.h"
#include "serve_page.h"

#define KEEPER 4
#define LIFE_S 10
#define TURNS 8
#define PAUSE_MS 50
#define MEMORY 65536 /* of libmicrohttpd, for the head */

static struct lbr_serving serving;
static int connection;

/* All of it, or the process ends: there is nothing else to do. */
static void send_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
		struct pollfd wanted = { .fd = fd, .events = POLLOUT };

		if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
			(void)poll(&wanted, 1, -1);
			continue;
		}
		if (sent <= 0)
			_exit(1);
		bytes += sent;
		len -= (size_t)sent;
	}
}

/* Without libmicrohttpd: a status, and the fields of every answer. */
static void refuse(unsigned status)
{
	char bytes[2048];
	const struct lbr_answer_field *field;
	size_t len = (size_t)snprintf(bytes, sizeof(bytes), "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n",
	                              status == 431 ? "431 Request Header Fields Too Large" : "400 Bad Request");

	for (field = lbr_answer_fields; field->name != NULL && len < sizeof(bytes); field++)
		len += (size_t)snprintf(bytes + len, sizeof(bytes) - len, "%s: %s\r\n", field->name, field->value);
	if (len + 2 < sizeof(bytes)) {
		memcpy(bytes + len, "\r\n", 2);
		send_all(connection, bytes, len + 2);
	}
	_exit(0);
}

/* What the browser sent: the head's bytes are judged before libmicrohttpd has them. False: no more will come. */
static bool take_in(struct lbr_head *head, int inner)
{
	char bytes[4096];
	ssize_t got = recv(connection, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (got <= 0) {
		(void)shutdown(inner, SHUT_WR);
		return false;
	}
	if (head->place != LBR_HEAD_DONE)
		(void)lbr_head_feed(head, bytes, (size_t)got);
	if (head->place == LBR_HEAD_REFUSED)
		refuse(head->status);
	send_all(inner, bytes, (size_t)got);
	lbr_wipe(bytes, sizeof(bytes));
	return true;
}

/* What libmicrohttpd wrote. What it answers by itself, before it has called us, is replaced. False: it is done. */
static bool give_out(const struct lbr_head *head, int inner)
{
	char bytes[16384];
	ssize_t got = recv(inner, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (!serving.begun && (got > 0 || head->place == LBR_HEAD_DONE))
		refuse(400);
	if (got <= 0)
		return false;
	send_all(connection, bytes, (size_t)got);
	lbr_wipe(bytes, sizeof(bytes));
	return true;
}

static void serve(struct MHD_Daemon *daemon, int inner)
{
	struct pollfd wanted[2] = { { .fd = connection, .events = POLLIN }, { .fd = inner, .events = POLLIN } };
	struct lbr_head head = { 0 };
	unsigned turns;

	do {
		if (poll(wanted, 2, PAUSE_MS) < 0 && errno != EINTR)
			return;
		if (wanted[0].revents != 0 && !take_in(&head, inner))
			wanted[0].fd = -1;
		for (turns = 0; turns < TURNS; turns++) /* it takes a state at a time */
			(void)MHD_run(daemon);
	} while (give_out(&head, inner));
}

/* It may be long until then: its life begins with it. False: there is none, and none will come. */
static bool wait_for_connection(void)
{
	const struct itimerval life = { .it_value.tv_sec = LIFE_S };
	char nothing;

	return lbr_take_descriptor(KEEPER, &nothing, sizeof(nothing), &connection) == 1 && connection > 0 &&
	       setitimer(ITIMER_REAL, &life, NULL) == 0 && lbr_cage_keep_alarm(NULL) == LBR_OK;
}

int main(void)
{
	struct sockaddr_un { sa_family_t family; } nobody = { AF_UNIX };
	struct MHD_Daemon *daemon;
	int pair[2];

	serving.keeper = KEEPER;
	(void)signal(SIGPIPE, SIG_IGN);
	tzset(); /* the Date of an answer wants the file of the time zone once */
	/* Without a keeper it tells its visitor to wait. */
	if (fcntl(KEEPER, F_SETFD, FD_CLOEXEC) != 0 || lbr_cage_end_with(KEEPER, NULL) == LBR_ERR_SYSTEM ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0)
		return 1;
	daemon = MHD_start_daemon(MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL, lbr_serve_page, &serving, MHD_OPTION_URI_LOG_CALLBACK,
	                          lbr_serve_target, &serving, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_LIMIT, 1U,
	                          MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY, MHD_OPTION_END);
	if (daemon == NULL || MHD_add_connection(daemon, pair[1], (const struct sockaddr *)&nobody, sizeof(nobody)) != MHD_YES)
		return 1;
	if (lbr_cage(LBR_CAGE_ALARM, NULL) != LBR_OK)
		return 1;
	if (wait_for_connection())
		serve(daemon, pair[0]);
	return 0;
}
