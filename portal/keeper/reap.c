#include "reap.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>

#include "keeper_log.h"

static volatile sig_atomic_t ended;

static void on_end(int number)
{
	(void)number;
	ended = 1;
}

void lbr_reap_begin(void)
{
	struct sigaction action = { .sa_handler = on_end, .sa_flags = SA_NOCLDSTOP | SA_RESTART };

	(void)sigaction(SIGCHLD, &action, NULL);
}

bool lbr_reap_any_left(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* A slow browser ends its page by the alarm. Any other signal is a fault of the page, or an attack that the cage has ended. */
void lbr_reap_readers(void)
{
	int status;
	pid_t reader;

	if (!ended)
		return;
	ended = 0; /* first: a process that ends from here on is noted again */
	while ((reader = waitpid(-1, &status, WNOHANG)) > 0)
		if (WIFSIGNALED(status) && WTERMSIG(status) != SIGALRM)
			lbr_keeper_log(LOG_WARNING, "process %ld, which reads HTTP, was ended by signal %d (%s)", (long)reader,
			               WTERMSIG(status), strsignal(WTERMSIG(status)));
}
