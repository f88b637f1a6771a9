/* The end of a process that reads HTTP, and what the keeper is doing meanwhile. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reap.h"

#include "support/check_main.h"

#define WHILE_US 20000

/* A line of the log may wait for its reader. It is cut short if the keeper's handler makes the call that waits return. */
START_TEST(a_page_that_ends_cuts_no_call_short)
{
	int line[2];
	pid_t child;
	char byte;

	ck_assert_int_eq(pipe(line), 0);
	lbr_reap_begin();
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		usleep(WHILE_US);
		(void)kill(getppid(), SIGCHLD);
		usleep(WHILE_US);
		_exit(write(line[1], "x", 1) == 1 ? 0 : 1);
	}
	ck_assert_int_eq(read(line[0], &byte, 1), 1);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	close(line[0]);
	close(line[1]);
}
END_TEST

START_TEST(a_process_that_ended_is_reaped)
{
	sigset_t end, before;
	pid_t child;

	lbr_reap_begin();
	sigemptyset(&end);
	sigaddset(&end, SIGCHLD);
	ck_assert_int_eq(sigprocmask(SIG_BLOCK, &end, &before), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0)
		_exit(0);
	ck_assert(lbr_reap_any_left());
	(void)sigsuspend(&before);
	lbr_reap_readers();
	ck_assert_int_eq(waitpid(child, NULL, WNOHANG), -1);
	ck_assert(!lbr_reap_any_left());
	ck_assert_int_eq(sigprocmask(SIG_SETMASK, &before, NULL), 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_reap");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, a_page_that_ends_cuts_no_call_short);
	tcase_add_test(tests, a_process_that_ended_is_reaped);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
