/* How the client comes to an agent, and the greeting. Started as an agent, this program says what it was started as. */
#include "support/client_peer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <liberations/agent_start.h>

static struct lbr_client client;
static char scratch[64], path[108];
static const char *self;

static void set_up(void)
{
	const char *tmp = getenv("TMPDIR");

	clock_step_ms = 0;
	lbr_client_init(&client);
	snprintf(scratch, sizeof(scratch), "%.32s/lbr-client.XXXXXX", tmp != NULL && strlen(tmp) <= 32 ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(scratch));
	snprintf(path, sizeof(path), "%s/socket", scratch);
}

static void tear_down(void)
{
	lbr_client_close(&client);
	unlink(path);
	rmdir(scratch);
}

static int listen_at_path(int backlog)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, path, strlen(path) + 1);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(fd, backlog), 0);
	return fd;
}

START_TEST(a_listener_is_connected_to)
{
	int listener = listen_at_path(1), peer;

	ck_assert_int_eq(lbr_client_connect(&client, path), 0);
	ck_assert_int_ge(client.fd, 0);
	ck_assert_int_eq(fcntl(client.fd, F_GETFD), FD_CLOEXEC);
	peer = accept(listener, NULL, NULL);
	peer_welcome(peer, LBR_WIRE_VERSION);
	ck_assert_int_eq(lbr_client_greet(&client, &(struct lbr_hello){.service = "test"}), LBR_OK);
	close(peer);
	close(listener);
}
END_TEST

START_TEST(where_nobody_listens_the_reason_is_told)
{
	char too_long[200];

	ck_assert_int_eq(lbr_client_connect(&client, path), ENOENT);
	close(listen_at_path(1));
	ck_assert_int_eq(lbr_client_connect(&client, path), ECONNREFUSED);
	memset(too_long, 'x', sizeof(too_long));
	too_long[sizeof(too_long) - 1] = '\0';
	ck_assert_int_eq(lbr_client_connect(&client, too_long), ENAMETOOLONG);
	ck_assert_int_eq(client.fd, -1);
}
END_TEST

START_TEST(a_full_queue_is_waited_for_within_the_bound)
{
	int listener = listen_at_path(0), others[8], count = 0, error;

	clock_step_ms = 10;
	client.wait_ms = 50;
	do {
		error = lbr_client_connect(&client, path);
		others[count++] = client.fd;
		client.fd = -1;
	} while (error == 0 && count < 8);
	ck_assert_int_eq(error, ETIMEDOUT);
	ck_assert_int_eq(others[count - 1], -1);
	while (count-- > 0)
		close(others[count]);
	close(listener);
}
END_TEST

/* A service without standard descriptors must not write what it prints to the agent. */
START_TEST(sockets_keep_away_from_the_standard_descriptors)
{
	int aside = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 100), listener = listen_at_path(1), other;

	close(STDIN_FILENO);
	ck_assert_int_eq(lbr_client_connect(&client, path), 0);
	ck_assert_int_gt(client.fd, STDERR_FILENO);
	lbr_client_close(&client);
	ck_assert_int_eq(lbr_client_pair(&client, &other), 0);
	ck_assert_int_gt(client.fd, STDERR_FILENO);
	ck_assert_int_gt(other, STDERR_FILENO);
	ck_assert_int_eq(fcntl(STDIN_FILENO, F_GETFD), -1);
	close(other);
	close(listener);
	dup2(aside, STDIN_FILENO);
	close(aside);
}
END_TEST

START_TEST(the_greeting_says_the_version_and_what_the_caller_says)
{
	static struct lbr_frame frame;
	struct lbr_hello got;
	int peer = peer_make(&client);

	peer_welcome(peer, LBR_WIRE_VERSION);
	ck_assert_int_eq(lbr_client_greet(&client, &(struct lbr_hello){.service = "test", .tty = "pts/7"}), LBR_OK);
	peer_receive(peer, &frame);
	ck_assert_int_eq(lbr_wire_get_hello(&frame, &got), LBR_OK);
	ck_assert_uint_eq(got.version, LBR_WIRE_VERSION);
	ck_assert_str_eq(got.service, "test");
	ck_assert_str_eq(got.tty, "pts/7");
	close(peer);
}
END_TEST

/* An agent of the release before hangs up: another connection is worth it, once, and the version is then its own. */
START_TEST(an_older_agent_is_greeted_once_more)
{
	static struct lbr_frame frame;
	struct lbr_hello got;
	int peer = peer_make(&client), other;

	shutdown(peer, SHUT_WR);
	ck_assert_int_eq(lbr_client_greet(&client, &(struct lbr_hello){.real_uid = 7}), LBR_ERR_ABSENT);
	ck_assert(client.older);
	close(peer);
	lbr_client_close(&client);
	ck_assert_int_eq(lbr_client_pair(&client, &other), 0);
	peer_welcome(other, LBR_WIRE_VERSION - 1);
	ck_assert_int_eq(lbr_client_greet(&client, &(struct lbr_hello){.real_uid = 7, .structured = true}), LBR_OK);
	ck_assert_uint_eq(client.version, LBR_WIRE_VERSION - 1);
	peer_receive(other, &frame);
	ck_assert_int_eq(lbr_wire_get_hello(&frame, &got), LBR_OK);
	ck_assert_uint_eq(got.version, LBR_WIRE_VERSION - 1);
	ck_assert_uint_eq(got.real_uid, 7);
	ck_assert(!got.structured);
	shutdown(other, SHUT_WR);
	ck_assert_int_eq(lbr_client_greet(&client, &(struct lbr_hello){.real_uid = 7}), LBR_ERR_ABSENT);
	ck_assert(!client.older);
	close(other);
}
END_TEST

START_TEST(anything_but_a_welcome_is_refused)
{
	static const enum lbr_error errors[] = {LBR_ERR_SYNTAX, LBR_ERR_SYNTAX, LBR_ERR_ABSENT, LBR_ERR_BUSY};
	int peer = peer_make(&client);

	if (_i == 0)
		peer_welcome(peer, LBR_WIRE_VERSION + 1);
	if (_i == 1)
		peer_reply(peer, LBR_STATUS_ALLOW, 1);
	if (_i == 2)
		shutdown(peer, SHUT_RDWR);
	client.left_ms = 20;
	ck_assert_int_eq(lbr_client_greet(&client, &(struct lbr_hello){.service = "test"}), errors[_i]);
	close(peer);
}
END_TEST

/* The agent: one line of facts. */
static int report(int argc, char **argv)
{
	struct sigaction action;
	sigset_t blocked;
	char name[32], place[64];
	ssize_t len;
	int fd, number, caught = 0;

	for (number = 1; number < NSIG; number++)
		caught += sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	for (number = 1; number < NSIG; number++)
		caught += sigismember(&blocked, number) == 1;
	dprintf(LBR_AGENT_FD, "%d words, last %s; session %d; environment %d; signals %d;", argc, argv[argc - 1],
	        getsid(0) == getpid(), environ[0] != NULL, caught);
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
		len = readlink(name, place, sizeof(place));
		dprintf(LBR_AGENT_FD, " %.*s", (int)len, place);
	}
	return 0;
}

static const char *all_that_comes(void)
{
	static char text[1024];
	size_t len = 0;
	ssize_t got;

	while ((got = read(client.fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = '\0';
	return text;
}

START_TEST(an_agent_starts_with_nothing_of_the_caller_s)
{
	sigset_t some;
	pid_t child;

	sigemptyset(&some);
	sigaddset(&some, SIGTERM);
	sigprocmask(SIG_BLOCK, &some, NULL);
	signal(SIGHUP, SIG_IGN);
	ck_assert_int_eq(lbr_client_start(&client, self, _i == 0 ? "" : "/x/y.conf"), 0);
	child = client.child;
	ck_assert_str_eq(all_that_comes(), _i == 0 ? "3 words, last 3; session 1; environment 0; signals 0; /dev/null /dev/null /dev/null" :
	                 "5 words, last /x/y.conf; session 1; environment 0; signals 0; /dev/null /dev/null /dev/null");
	lbr_client_close(&client);
	ck_assert_int_eq(client.child, 0);
	ck_assert_int_eq(waitpid(child, NULL, 0), -1);
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

START_TEST(an_agent_that_cannot_be_started_is_told)
{
	ck_assert_int_eq(lbr_client_start(&client, "/nonexistent/agent", ""), ENOENT);
	ck_assert_int_eq(lbr_client_start(&client, scratch, ""), EACCES);
	ck_assert_int_eq(client.fd, -1);
	ck_assert_int_eq(client.child, 0);
	ck_assert_int_eq(waitpid(-1, NULL, 0), -1);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("client_reach");
	TCase *one = tcase_create("client_reach");

	tcase_add_checked_fixture(one, set_up, tear_down);
	tcase_add_test(one, a_listener_is_connected_to);
	tcase_add_test(one, where_nobody_listens_the_reason_is_told);
	tcase_add_test(one, a_full_queue_is_waited_for_within_the_bound);
	tcase_add_test(one, sockets_keep_away_from_the_standard_descriptors);
	tcase_add_test(one, the_greeting_says_the_version_and_what_the_caller_says);
	tcase_add_test(one, an_older_agent_is_greeted_once_more);
	tcase_add_loop_test(one, anything_but_a_welcome_is_refused, 0, 4);
	tcase_add_loop_test(one, an_agent_starts_with_nothing_of_the_caller_s, 0, 2);
	tcase_add_test(one, an_agent_that_cannot_be_started_is_told);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "--fd") == 0)
		return report(argc, argv);
	self = argv[0];
	return run_suite(argc, argv, suite);
}
