/* What is left to a confined broker, and what ends it. */
#include "support/check_main.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker_confine.h"

static char directory[] = "/tmp/lbr-confine-XXXXXX";

/* Does it in a confined child, whose exit status is what it returns; -1: the filter ended it. */
static int confined(int (*act)(void))
{
	struct lbr_store_settings settings;
	struct lbr_reason reason = {.text = ""};
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		lbr_store_settings_default(&settings);
		if (lbr_broker_harden(&reason) != LBR_OK || lbr_broker_confine(&settings, &reason) != LBR_OK)
			_exit(99);
		_exit(act());
	}
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(!WIFEXITED(status) || WEXITSTATUS(status) != 99, "not confined");
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS ? -1 : WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

static void *do_nothing(void *context)
{
	return context;
}

static int find_localhost(void)
{
	const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found;

	return getaddrinfo("localhost", "5432", &wanted, &found) == 0 ? 0 : 1;
}

static int start_a_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, do_nothing, NULL) == 0 && pthread_join(thread, NULL) == 0 ? 0 : 1;
}

static int open_sockets(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 && socket(AF_INET, SOCK_STREAM, 0) >= 0 &&
	       (socket(AF_INET6, SOCK_STREAM, 0) >= 0 || errno == EAFNOSUPPORT) && socket(AF_NETLINK, SOCK_RAW, 0) < 0 &&
	       errno == EAFNOSUPPORT ? 0 : 1;
}

START_TEST(what_it_needs_is_left)
{
	ck_assert_int_eq(confined(find_localhost), 0);
	ck_assert_int_eq(confined(start_a_thread), 0);
	ck_assert_int_eq(confined(open_sockets), 0);
}
END_TEST

#ifndef LBR_UNCONFINED

static int read_elsewhere(void)
{
	return open("/proc/version", O_RDONLY) >= 0 ? 1 : errno;
}

static int start_a_process(void)
{
	return (int)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static int become_another_program(void)
{
	return execl("/bin/true", "true", (char *)NULL);
}

static int make_a_file(void)
{
	return open("/etc/hosts", O_RDONLY | O_CREAT, 0600);
}

static int write_a_file(void)
{
	return open("/etc/hosts", O_WRONLY);
}

static int packet_socket(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0);
}

static int listen_somewhere(void)
{
	return listen(3, 1);
}

static int remove_a_file(void)
{
	return unlinkat(AT_FDCWD, directory, 0);
}

static int trace_another(void)
{
	return (int)syscall(SYS_ptrace, 0, 0, 0, 0);
}

static int signal_another(void)
{
	return kill(getppid(), 0);
}

static int run_new_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

START_TEST(any_other_call_ends_it)
{
	static int (*const calls[])(void) = {start_a_process, become_another_program, make_a_file, write_a_file, packet_socket,
	                                     listen_somewhere, remove_a_file, trace_another, signal_another, run_new_code};
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		ck_assert_msg(confined(calls[i]) == -1, "call %zu did not end it", i);
}
END_TEST

START_TEST(other_files_are_gone)
{
	int outcome = confined(read_elsewhere);

	if (syscall(444, NULL, 0UL, 1U) < 1)
		return; /* no Landlock */
	ck_assert_int_eq(outcome, EACCES);
}
END_TEST

#endif

static Suite *suite(void)
{
	Suite *suite = suite_create("broker confine");
	TCase *tcase = tcase_create("cage");

	tcase_add_test(tcase, what_it_needs_is_left);
#ifndef LBR_UNCONFINED
	tcase_add_test(tcase, any_other_call_ends_it);
	tcase_add_test(tcase, other_files_are_gone);
#endif
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
