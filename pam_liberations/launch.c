/* Only system calls here: these processes share the host's memory with its other threads. No allocation, no lock, no PAM. Ids
 * are set by bare system calls, because libc's functions would make the host's threads follow. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BARE __attribute__((no_sanitize("address", "undefined")))
#endif
#endif
#ifndef BARE
#define BARE __attribute__((no_sanitize("address"), no_sanitize("undefined")))
#endif

#define STACK_LIMIT (8UL * 1024 * 1024)
#define FILES_LIMIT 1024
#define FD_FLOOR (LBR_AGENT_FD + 1)

/* The agent must not ignore the signals that the host ignores; handlers are reset by the exec. */
BARE static void reset_signals(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;
	int number;

	for (number = 1; number < NSIG; number++)
		sigaction(number, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A limit set by the person who called su must not cut the agent's writes short. Without root, raise it to the hard limit. */
BARE static void set_limit(int resource, rlim_t wanted, bool root)
{
	struct rlimit limit = {wanted, wanted};
	struct rlimit now;

	if (root && setrlimit(resource, &limit) == 0)
		return;
	if (getrlimit(resource, &now) != 0)
		return;
	limit.rlim_max = now.rlim_max;
	if (limit.rlim_cur > now.rlim_max)
		limit.rlim_cur = now.rlim_max;
	setrlimit(resource, &limit);
}

BARE static void reset_limits(bool root)
{
	static const int unlimited[] = {RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_DATA, RLIMIT_RSS, RLIMIT_AS, RLIMIT_NPROC,
	                                RLIMIT_MEMLOCK, RLIMIT_LOCKS, RLIMIT_SIGPENDING, RLIMIT_RTTIME};
	size_t i;

	for (i = 0; i < sizeof(unlimited) / sizeof(unlimited[0]); i++)
		set_limit(unlimited[i], RLIM_INFINITY, root);
	set_limit(RLIMIT_STACK, STACK_LIMIT, root);
	set_limit(RLIMIT_NOFILE, FILES_LIMIT, root);
	set_limit(RLIMIT_CORE, 0, root);
}

BARE static void reset_scheduling(void)
{
	struct sched_param param = {.sched_priority = 0};

	sched_setscheduler(0, SCHED_OTHER, &param);
	setpriority(PRIO_PROCESS, 0, 0);
}

/* Under su and sudo the real user is the caller, who could otherwise send the agent signals. */
BARE static int reset_ids(bool root)
{
	if (!root)
		return 0;
	if (syscall(SYS_setresgid, 0, 0, 0) != 0 || syscall(SYS_setresuid, 0, 0, 0) != 0)
		return -1;
	return 0;
}

BARE static void close_above(int first)
{
	long fd, end;

	if (syscall(SYS_close_range, (unsigned)first, ~0U, 0) == 0)
		return;
	end = sysconf(_SC_OPEN_MAX);
	for (fd = first; fd < (end > 0 ? end : FILES_LIMIT); fd++)
		close((int)fd);
}

/* 0, 1, 2 = /dev/null, 3 = the socket, nothing else. Both go above 3 first, so that neither overwrites the other. */
BARE static int place_descriptors(int socket)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int fd;

	null = fcntl(null, F_DUPFD_CLOEXEC, FD_FLOOR);
	socket = fcntl(socket, F_DUPFD_CLOEXEC, FD_FLOOR);
	if (null < 0 || socket < 0)
		return -1;
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(null, fd) < 0)
			return -1;
	if (dup2(socket, LBR_AGENT_FD) < 0)
		return -1;
	close_above(FD_FLOOR);
	return 0;
}

BARE static int become_agent(void *argument)
{
	struct lbr_launch *launch = argument;
	char *const environment[] = {NULL};

	/* The descriptor limit may be too low for placing the descriptors, so limits come first. */
	reset_limits(launch->root);
	if (setsid() < 0 || reset_ids(launch->root) != 0 || place_descriptors(launch->socket) != 0 || chdir("/") != 0) {
		launch->saved_errno = errno;
		_exit(127);
	}
	umask(077);
	reset_scheduling();
	reset_signals();
	launch->saved_errno = 0; /* a successful exec never returns to report it */
	execve(launch->path, launch->argv, environment);
	launch->saved_errno = errno;
	_exit(127);
}

BARE int lbr_launch_middle(void *argument)
{
	struct lbr_launch *launch = argument;

	if (clone(become_agent, launch->agent_stack, CLONE_VM | CLONE_VFORK, launch) < 0) {
		launch->saved_errno = errno;
		_exit(127);
	}
	_exit(0);
}
