/* The system call filter, tried on every number that a call can have: what is listed here passes, what is below ends the
 * process. The list is written down twice on purpose: a change that widens it in the agent widens it here too. */
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <liberations/error.h>

#include "../../agent/confine.h"
#include "support/check_main.h"

#if defined(__x86_64__) && !defined(__ILP32__)

#define LAST_CALL 511

static const int allowed[] = {
	SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_close, SYS_lseek, SYS_openat, 437 /* openat2 */,
	SYS_fsync, SYS_fdatasync, SYS_fchmod, SYS_unlinkat, SYS_renameat2, SYS_statx, SYS_getdents64, SYS_open, SYS_fcntl,
	SYS_fstat, SYS_newfstatat, SYS_renameat, SYS_ppoll, SYS_poll, SYS_sendto, SYS_recvfrom, SYS_connect, SYS_getsockopt,
	SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_mlock, SYS_munlock, SYS_clock_gettime, SYS_clock_nanosleep, SYS_nanosleep,
	SYS_gettimeofday, SYS_getrandom, SYS_time, SYS_futex, SYS_set_robust_list, SYS_rt_sigprocmask, SYS_rt_sigaction,
	SYS_rt_sigreturn, SYS_restart_syscall, SYS_sched_yield, SYS_sched_getaffinity, SYS_exit, SYS_exit_group, SYS_gettid, SYS_rseq,
	SYS_getpid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_sysinfo, SYS_uname, SYS_pidfd_open,
	/* refused without an end */
	435 /* clone3 */, SYS_ioctl, SYS_prctl, SYS_prlimit64, SYS_kill /* but for signal 0 */,
	/* judged by an argument; with every bit set, memory may not be executable, and a clone is a thread */
	SYS_clone, SYS_mmap, SYS_mprotect,
};

static bool is_allowed(int call)
{
	size_t i;

	for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (allowed[i] == call)
			return true;
	return false;
}

/* Makes the call in a confined child, which then leaves by a call that is allowed. True: it was ended for it. */
static bool ends(int call, long first, long second)
{
	struct rlimit none = {0, 0};
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		(void)setrlimit(RLIMIT_CORE, &none);
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || lbr_confine_calls(NULL) != LBR_OK)
			_exit(99);
		(void)syscall(call, first, second, -1L, -1L, -1L, -1L);
		_exit(0);
	}
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(!WIFEXITED(status) || WEXITSTATUS(status) != 99, "no filter");
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

/* Calls that do not return, and two (uretprobe, uprobe) that a new kernel exempts from every filter. */
static bool is_special(int call)
{
	return call == SYS_exit || call == SYS_exit_group || call == SYS_rt_sigreturn || call == SYS_restart_syscall ||
	       call == 335 || call == 336;
}

START_TEST(every_call_is_answered_as_listed)
{
	int call;

	for (call = 0; call <= LAST_CALL; call++) {
		if (is_special(call))
			continue;
		ck_assert_msg(ends(call, -1, -1) == !is_allowed(call), "call %d was %s", call, is_allowed(call) ? "fatal" : "allowed");
	}
	ck_assert(ends(-1, -1, -1));
}
END_TEST

START_TEST(arguments_are_judged)
{
	ck_assert(ends(SYS_clone, SIGCHLD, 0));
	ck_assert(ends(SYS_socket, 2 /* AF_INET */, 1));
	ck_assert(!ends(SYS_socket, 1 /* AF_UNIX */, 1));
	ck_assert(ends(SYS_pidfd_send_signal, -1, SIGTERM));
	ck_assert(!ends(SYS_pidfd_send_signal, -1, SIGKILL));
}
END_TEST

#endif

static Suite *suite(void)
{
	Suite *suite = suite_create("confine calls");
	TCase *tcase = tcase_create("filter");

#if defined(__x86_64__) && !defined(__ILP32__)
	tcase_add_test(tcase, every_call_is_answered_as_listed);
	tcase_add_test(tcase, arguments_are_judged);
#else
#endif
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
