/* A signal that comes while a process waits is no answer: it waits on. */
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "ask_gate.h"
#include "serve_page.h"

#include "support/check_main.h"

#define FIRES 3 /* with the last one the answer comes */

static int pair[2];
static volatile sig_atomic_t fired;
static const void *answer;
static size_t answer_len;

static void on_alarm(int signal_number)
{
	(void)signal_number;
	if (++fired == FIRES && send(pair[1], answer, answer_len, MSG_NOSIGNAL) != (ssize_t)answer_len)
		_exit(9);
}

static void begin(int type)
{
	struct sigaction action = { .sa_handler = on_alarm }; /* no SA_RESTART */
	const struct itimerval every = { { 0, 20000 }, { 0, 20000 } };

	fired = 0;
	ck_assert_int_eq(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair), 0);
	ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &every, NULL), 0);
}

static void end(void)
{
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };

	ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
	close(pair[0]);
	close(pair[1]);
}

START_TEST(a_signal_is_no_answer_of_the_keeper)
{
	static struct lbr_serving serving;
	const struct lbr_page_tell tell = { .kind = LBR_TELL_UP };
	struct lbr_frame frame;

	ck_assert_int_eq(lbr_page_tell_put(&frame, &tell), LBR_OK);
	answer = frame.bytes;
	answer_len = frame.len;
	begin(SOCK_SEQPACKET);
	serving.keeper = pair[0];
	lbr_ask_keeper(&serving);
	end();
	ck_assert_int_eq(serving.tell.kind, LBR_TELL_UP);
}
END_TEST

START_TEST(a_signal_is_no_answer_of_the_gate)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nRemote-User: alice\r\nContent-Length: 0\r\n\r\n";
	static struct lbr_gate_client client;
	char name[LBR_GATE_NAME_MAX];

	answer = head;
	answer_len = sizeof(head) - 1;
	begin(SOCK_STREAM);
	client.fd = pair[0];
	client.site = "";
	lbr_ask_gate(&client, "__Host-liberations=iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii", name);
	end();
	ck_assert_str_eq(name, "alice");
}
END_TEST

/* The keeper is away. What the page says then is in the browser's language, and its links lead to where the page was asked for. */
START_TEST(without_a_keeper_the_page_knows_language_and_base)
{
	static const struct { const char *path, *base; } cases[] = {
		{ "/liberations/sign-in", "/liberations" }, { "/a/b/account", "/a/b" }, { "//evil.example/sign-in", "" },
		{ "/", "" }, { "", "" }, { "/sign-in", "" },
	};
	static struct lbr_serving serving;
	size_t at;

	for (at = 0; at < sizeof(cases) / sizeof(cases[0]); at++) {
		memset(&serving, 0, sizeof(serving));
		ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
		close(pair[1]);
		serving.keeper = pair[0];
		serving.request.language = LBR_LANGUAGE_FR;
		memcpy(serving.request.path, cases[at].path, strlen(cases[at].path) + 1);
		lbr_ask_keeper(&serving);
		close(pair[0]);
		ck_assert_uint_eq(serving.tell.status, 503);
		ck_assert_int_eq(serving.tell.language, LBR_LANGUAGE_FR);
		ck_assert_str_eq(serving.tell.base, cases[at].base);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("portal_interrupted");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, a_signal_is_no_answer_of_the_keeper);
	tcase_add_test(tests, a_signal_is_no_answer_of_the_gate);
	tcase_add_test(tests, without_a_keeper_the_page_knows_language_and_base);
	suite_add_tcase(all, tests);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
