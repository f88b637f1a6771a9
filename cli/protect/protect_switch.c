/* What waits for the end of a switch: a timer of systemd's, or a process. */
#include "protect.h"

#include <fcntl.h>
#include <signal.h>
#include <syslog.h>
#include <unistd.h>

#include "child.h"
#include "systemd.h"

/* A process of its own session, which holds nothing of the terminal's. */
static bool start_process(struct cli *cli, const char *service)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), at;
	pid_t child;

	(void)cli_flush();
	child = fork();
	if (child != 0) {
		if (null >= 0)
			close(null);
		return cli_child_wait(child) == 0;
	}
	(void)setsid();
	child = fork();
	if (child != 0)
		_exit(child > 0 ? 0 : 1);
	for (at = STDIN_FILENO; at <= STDERR_FILENO; at++)
		(void)dup2(null, at);
	closelog();
	(void)close_range(STDERR_FILENO + 1, ~0U, 0);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
	if (chdir("/") == 0)
		cli_guard_wait(cli, service);
	_exit(0);
}

/* A unit of the system's own outlives the session that started it, whatever ends that. Its timer stands still while the machine
 * sleeps, so it also looks each time that the clock jumps, as it does when the machine wakes. What it starts waits for the end and
 * tries again by itself, and writes to the log; a process that was killed is started again. */
static bool start_unit(const char *service, unsigned seconds)
{
	static char program[] = "/usr/bin/systemd-run", quiet[] = "--quiet", collect[] = "--collect", verb[] = "protect",
	            exact[] = "--timer-property=AccuracySec=1s", jumps[] = "--timer-property=OnClockChange=yes",
	            again[] = "--property=Restart=on-failure", each[] = "--property=RestartSec=60",
	            always[] = "--property=StartLimitIntervalSec=0", silent[] = "--property=StandardError=null",
	            due[] = "--expire-due";
	char unit[PLACE_PATH], active[64], self[PLACE_PATH] = "", name[PLACE_PATH];
	char *words[] = { program, quiet, collect, exact, jumps, again, each, always, silent, unit, active, self, verb, name, due,
	                  NULL };

	if (!cli_systemd_runs() || access(program, X_OK) != 0 || readlink("/proc/self/exe", self, sizeof(self) - 1) < 1)
		return false;
	snprintf(unit, sizeof(unit), "--unit=liberations-protect-%.100s", service);
	snprintf(active, sizeof(active), "--on-active=%u", seconds + 1);
	snprintf(name, sizeof(name), "%.100s", service);
	return cli_child_run(words);
}

/* A timer of systemd's is forgotten when the machine starts anew; the unit that looks for switches then is enabled for it. */
static void start_at_boot(void)
{
	(void)cli_systemctl("enable", "liberations-protect.service", NULL);
}

bool cli_guard_start(const struct job *job, unsigned seconds)
{
	start_at_boot();
	return start_unit(job->service, seconds) || start_process(job->cli, job->service);
}

/* systemd starts no second unit of the same name. */
void cli_guard_again(const char *service, unsigned seconds)
{
	(void)start_unit(service, seconds);
}

void cli_guard_stop(const char *service, bool all)
{
	char timer[PLACE_PATH], unit[PLACE_PATH];

	snprintf(timer, sizeof(timer), "liberations-protect-%.100s.timer", service);
	snprintf(unit, sizeof(unit), "liberations-protect-%.100s.service", service);
	(void)cli_systemctl("stop", timer, all ? unit : NULL);
}
