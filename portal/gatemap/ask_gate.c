/* A question to the gate. */
#include "ask_gate.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <liberations/monotonic.h>
#include <liberations/secret.h>
#include <liberations/wait.h>

#include "cookie.h"

#define ANSWER_MS 8000 /* the gate itself gives up after six seconds */
#define CONNECT_S 3
#define QUESTION_MAX 512

static void hang_up(struct lbr_gate_client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
}

static bool reaches(const struct lbr_gate_client *client)
{
	int failed;

	do
		failed = connect(client->fd, (const struct sockaddr *)&client->address, sizeof(client->address));
	while (failed != 0 && errno == EINTR);
	return failed == 0;
}

static bool connected(struct lbr_gate_client *client)
{
	const struct timeval bound = { .tv_sec = CONNECT_S }; /* of connect(2), where the gate's queue is full */

	if (client->fd >= 0)
		return true;
	client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd >= 0 && (setsockopt(client->fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof(bound)) != 0 ||
	                        !reaches(client)))
		hang_up(client);
	return client->fd >= 0;
}

/* A question is far smaller than a socket's buffer: it leaves at once, or the connection is no good. */
static bool send_question(const struct lbr_gate_client *client, const char *session)
{
	char question[QUESTION_MAX];
	int len = snprintf(question, sizeof(question),
	                   "GET /authz%s%s HTTP/1.1\r\nHost: gate\r\nCookie: " LBR_COOKIE_SESSION "=%s\r\n\r\n",
	                   client->site[0] != '\0' ? "/" : "", client->site, session);
	bool sent = len > 0 && (size_t)len < sizeof(question) &&
	            send(client->fd, question, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)len;

	lbr_wipe(question, sizeof(question));
	return sent;
}

/* The length of a whole head with nothing behind it; 0: none came. */
static size_t read_answer(const struct lbr_gate_client *client, int64_t until_ms, char ret[LBR_GATE_ANSWER_MAX])
{
	const char *end;
	size_t len = 0;
	ssize_t got;

	while (len < LBR_GATE_ANSWER_MAX && lbr_wait_for(client->fd, POLLIN, until_ms) == LBR_OK) {
		got = recv(client->fd, ret + len, LBR_GATE_ANSWER_MAX - len, MSG_DONTWAIT);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got <= 0)
			return 0;
		len += (size_t)got;
		end = memmem(ret, len, "\r\n\r\n", 4);
		if (end != NULL)
			return end == ret + len - 4 ? len : 0;
	}
	return 0;
}

/* False: no answer came. */
static bool ask_once(struct lbr_gate_client *client, const char *session, int64_t until_ms, char ret_name[LBR_GATE_NAME_MAX],
                     bool *ret_no)
{
	char answer[LBR_GATE_ANSWER_MAX];
	size_t len = 0;

	if (connected(client) && send_question(client, session))
		len = read_answer(client, until_ms, answer);
	if (len > 0)
		lbr_gate_answer_read(answer, len, ret_name);
	*ret_no = len > 0 && lbr_gate_answer_is_no(answer, len);
	if (len == 0 || !lbr_gate_answer_keeps(answer, len))
		hang_up(client);
	lbr_wipe(answer, sizeof(answer));
	return len > 0;
}

bool lbr_ask_gate(struct lbr_gate_client *client, const char *cookie, char ret_name[LBR_GATE_NAME_MAX])
{
	char session[LBR_COOKIE_SESSION_LEN + 1];
	int64_t until_ms = lbr_monotonic_ms() + ANSWER_MS;
	bool kept = client->fd >= 0, no = false;

	ret_name[0] = '\0';
	if (lbr_cookie_find(cookie, LBR_COOKIE_SESSION, LBR_COOKIE_SESSION_LEN, session) != LBR_OK)
		return true;
	/* A connection that was kept may have ended meanwhile, with the gate or by its time limit: a new one says which. */
	if (!ask_once(client, session, until_ms, ret_name, &no) && kept)
		(void)ask_once(client, session, until_ms, ret_name, &no);
	lbr_wipe(session, sizeof(session));
	return no;
}
