/* Whatever the starter's process was like, the agent begins from the same place. */
#include "harden.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>

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

static void reset_signals(void)
{
	struct itimerval none = {{0, 0}, {0, 0}};
	sigset_t empty;
	int number;

	for (number = 1; number < NSIG; number++)
		(void)signal(number, SIG_DFL); /* SIGKILL, SIGSTOP and libc's own refuse; nothing is lost */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)signal(SIGXCPU, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	sigemptyset(&empty);
	(void)sigprocmask(SIG_SETMASK, &empty, NULL);
	(void)setitimer(ITIMER_REAL, &none, NULL);
	(void)setitimer(ITIMER_VIRTUAL, &none, NULL);
	(void)setitimer(ITIMER_PROF, &none, NULL);
}

/* Raises a soft limit to what is allowed; root's hard limits were raised by whoever started us. */
static void raise_limit(__rlimit_resource_t which)
{
	struct rlimit limit;

	if (getrlimit(which, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(which, &limit);
}

static enum lbr_error set_limits(struct lbr_reason *reason)
{
	struct rlimit none = {0, 0};

	raise_limit(RLIMIT_FSIZE);
	raise_limit(RLIMIT_CPU);
	raise_limit(RLIMIT_AS);
	raise_limit(RLIMIT_DATA);
	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return lbr_fail_system(reason, errno, "the core limit");
	return LBR_OK;
}

enum lbr_error lbr_harden_early(struct lbr_reason *reason)
{
	enum lbr_error error;

	if (clearenv() != 0)
		return lbr_fail(reason, LBR_ERR_SYSTEM, "the environment could not be emptied");
	(void)umask(077);
	reset_signals();
	error = fill_standard_descriptors(reason);
	if (error == LBR_OK)
		error = set_limits(reason);
	if (error != LBR_OK)
		return error;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return lbr_fail_system(reason, errno, "no new privileges");
	if (chdir("/") != 0)
		return lbr_fail_system(reason, errno, "/");
	return LBR_OK;
}

enum lbr_error lbr_harden_late(struct lbr_reason *reason)
{
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return lbr_fail_system(reason, errno, "not dumpable");
	return LBR_OK;
}
