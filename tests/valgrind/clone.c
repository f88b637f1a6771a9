/* valgrind knows no clone(2) without an exit signal, with which the module starts its agent. Preloaded into programs that run
 * under it, this forks instead, and hands on what the child would have written into the memory that both shared: whether the
 * agent was executed. The host's SIGCHLD is not as in the product; everything that valgrind looks at is. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pam_liberations/launch.h"

#define NAME_LEN 16
#define STEP_US 2000

static bool in_the_middle;

/* The middle process of a host with threads has lost their stacks: valgrind would call what they locked lost too. So it does not
 * end in the ordinary manner. */
__attribute__((visibility("default"))) void _exit(int status)
{
	if (in_the_middle && status == 0)
		raise(SIGKILL);
	for (;;)
		syscall(SYS_exit_group, status);
}

static void read_name(pid_t pid, char name[NAME_LEN])
{
	char path[40];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? 0 : read(fd, name, NAME_LEN - 1);
	name[len > 0 ? len : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

/* Until the child ended or is another program; true if it did not fail. The child stays to be waited for. */
static bool wait_started(pid_t pid)
{
	char ours[NAME_LEN], its[NAME_LEN];
	siginfo_t info;

	read_name(getpid(), ours);
	for (;;) {
		info.si_pid = 0;
		if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0)
			return errno == ECHILD; /* the host ignores its children: gone, and nobody knows how */
		if (info.si_pid == pid)
			return info.si_code == CLD_KILLED;
		read_name(pid, its);
		if (its[0] != '\0' && strcmp(ours, its) != 0)
			return true;
		usleep(STEP_US);
	}
}

/* The module blocks every signal meanwhile, so it is pending. */
static void take_signal_away(void)
{
	const struct timespec none = {0};
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigtimedwait(&child, NULL, &none);
}

__attribute__((visibility("default"))) int clone(int (*function)(void *), void *stack, int flags, void *argument, ...)
{
	struct lbr_launch *launch = argument;
	pid_t pid;

	(void)stack;
	if (flags != (CLONE_VM | CLONE_VFORK)) {
		errno = ENOSYS;
		return -1;
	}
	pid = fork();
	if (pid == 0) {
		in_the_middle = true;
		_exit(function(argument));
	}
	if (pid < 0)
		return -1;
	launch->saved_errno = wait_started(pid) ? 0 : ENOENT;
	if (!in_the_middle)
		take_signal_away();
	errno = launch->saved_errno;
	return in_the_middle && launch->saved_errno != 0 ? -1 : pid;
}
