/* Puts the process in a known state, whatever it inherited from its starter. */
#include "harden.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define FILES_MAX 1024
#define PROCESSES_MAX 8192
#define WORD_BITS (8 * (int)sizeof(unsigned long))

static enum lbr_error fill_standard_descriptors(struct lbr_reason *reason)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
		if (fd < 0)
			return lbr_fail_system(reason, errno, "/dev/null");
	} while (fd < 3);
	return close(fd) == 0 ? LBR_OK : lbr_fail_system(reason, errno, "close");
}

/* A bare call, since libc withholds two signals from sigaction(3). SIGKILL and SIGSTOP refuse, which does no harm. */
static void set_bare(int number, unsigned long handler)
{
	unsigned long action[8] = {handler}; /* the kernel's struct: the handler is its first word */

	(void)syscall(SYS_rt_sigaction, number, action, NULL, _NSIG / 8);
}

/* A starter may have left any signal pending; ignoring it drops it. */
static void forget_pending(void)
{
	unsigned long pending[_NSIG / 8 / sizeof(unsigned long)];
	int number;

	memset(pending, 0xff, sizeof(pending));
	(void)syscall(SYS_rt_sigpending, pending, sizeof(pending));
	for (number = 1; number < _NSIG; number++)
		if (pending[(number - 1) / WORD_BITS] >> (number - 1) % WORD_BITS & 1)
			set_bare(number, (unsigned long)SIG_IGN);
}

/* What an agent survives: a peer that hangs up, a limit, a terminal that goes. */
static unsigned long fitting(int number)
{
	return number == SIGPIPE || number == SIGXFSZ || number == SIGXCPU || number == SIGHUP ? (unsigned long)SIG_IGN :
	       (unsigned long)SIG_DFL;
}

static void reset_signals(void)
{
	struct itimerval none = {{0, 0}, {0, 0}};
	sigset_t empty;
	int number;

	(void)setitimer(ITIMER_REAL, &none, NULL);
	(void)setitimer(ITIMER_VIRTUAL, &none, NULL);
	(void)setitimer(ITIMER_PROF, &none, NULL);
	forget_pending();
	for (number = 1; number < _NSIG; number++)
		set_bare(number, fitting(number));
	sigemptyset(&empty);
	(void)sigprocmask(SIG_SETMASK, &empty, NULL);
}

/* Raises a limit: to infinity if the process may, else to what is allowed. */
static void raise_limit(__rlimit_resource_t which)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	if (setrlimit(which, &limit) == 0 || getrlimit(which, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(which, &limit);
}

/* Sets a limit, and raises it too where the process may. */
static void bound_limit(__rlimit_resource_t which, rlim_t most)
{
	struct rlimit limit = {most, most};

	if (setrlimit(which, &limit) == 0 || getrlimit(which, &limit) != 0)
		return;
	if (limit.rlim_max > most)
		limit.rlim_max = most;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(which, &limit);
}

/* Descriptors and processes: what a full listener needs. An agent lowers them once it has what it needs. */
static enum lbr_error set_limits(struct lbr_reason *reason)
{
	struct rlimit none = {0, 0};

	raise_limit(RLIMIT_FSIZE);
	raise_limit(RLIMIT_CPU);
	raise_limit(RLIMIT_AS);
	raise_limit(RLIMIT_DATA);
	raise_limit(RLIMIT_MEMLOCK);
	bound_limit(RLIMIT_NOFILE, FILES_MAX);
	bound_limit(RLIMIT_NPROC, PROCESSES_MAX);
	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return lbr_fail_system_at(reason, errno, NULL, LBR_WHY(SETTING_CORE_LIMIT));
	return LBR_OK;
}

static enum lbr_error close_range_of(unsigned first, unsigned last, struct lbr_reason *reason)
{
	unsigned fd;

	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return LBR_OK;
	if (errno != ENOSYS)
		return lbr_fail_system_at(reason, errno, NULL, LBR_WHY(CLOSING_INHERITED));
	for (fd = first; fd <= last && fd < FILES_MAX; fd++)
		(void)close((int)fd);
	return LBR_OK;
}

enum lbr_error lbr_harden_early(int first, int count, struct lbr_reason *reason)
{
	enum lbr_error error;

	if (clearenv() != 0)
		return lbr_fail(reason, LBR_ERR_SYSTEM, LBR_WHY(ENVIRONMENT_KEPT));
	(void)umask(077);
	reset_signals();
	/* The descriptor limit may be too low to fill the standard ones. */
	error = set_limits(reason);
	if (error == LBR_OK)
		error = fill_standard_descriptors(reason);
	if (error == LBR_OK)
		error = close_range_of(3, (unsigned)first - 1, reason);
	if (error == LBR_OK)
		error = close_range_of((unsigned)(first + count), ~0U, reason);
	if (error != LBR_OK)
		return error;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return lbr_fail_system_at(reason, errno, NULL, LBR_WHY(SETTING_NO_NEW_PRIVILEGES));
	if (chdir("/") != 0)
		return lbr_fail_system(reason, errno, "/");
	return LBR_OK;
}

enum lbr_error lbr_harden_late(struct lbr_reason *reason)
{
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return lbr_fail_system_at(reason, errno, NULL, LBR_WHY(SETTING_NOT_DUMPABLE));
	return LBR_OK;
}
