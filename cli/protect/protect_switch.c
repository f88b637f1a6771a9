/* What waits for the end of a switch: a timer of systemd's, or a process. */
#include "protect.h"

#include <fcntl.h>
#include <signal.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "child.h"

#define SYSTEMD "/run/systemd/system"
#define BOOT_UNIT "liberations-protect.service"

/* Until nobody waits for this service any more: it may have been confirmed, or given more time. */
static void wait_for_the_end(struct cli *cli, const char *service)
{
	int64_t left_s;
	int kept;

	while (cli_kept_open(cli, true, &kept) == CLI_DONE) {
		bool waits = cli_guard_look(cli, service, kept, &left_s);
		struct timespec more = { .tv_sec = left_s };

		close(kept);
		if (!waits)
			return;
		(void)clock_nanosleep(CLOCK_BOOTTIME, 0, &more, NULL);
	}
}

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
		wait_for_the_end(cli, service);
	_exit(0);
}

static bool run(char *const *words)
{
	pid_t child;

	return cli_child_start(words, (const int[]){ -1, -1, -1 }, true, &child) == 0 && cli_child_wait(child) == 0;
}

/* A unit of the system's own outlives the session that started it, whatever ends that. */
static bool start_unit(const char *service, unsigned seconds)
{
	static char program[] = "/usr/bin/systemd-run", quiet[] = "--quiet", collect[] = "--collect", verb[] = "protect",
	            exact[] = "--timer-property=AccuracySec=1s", due[] = "--expire-due";
	char unit[PLACE_PATH], active[64], self[PLACE_PATH] = "";
	char *words[] = { program, quiet, collect, exact, unit, active, self, verb, due, NULL };

	if (access(SYSTEMD, F_OK) != 0 || access(program, X_OK) != 0 || readlink("/proc/self/exe", self, sizeof(self) - 1) < 1)
		return false;
	snprintf(unit, sizeof(unit), "--unit=liberations-protect-%.100s", service);
	snprintf(active, sizeof(active), "--on-active=%u", seconds + 1);
	return run(words);
}

/* A timer of systemd's is forgotten when the machine starts anew; the unit that looks for switches then is enabled for it. */
static void start_at_boot(void)
{
	static char program[] = "/usr/bin/systemctl", quiet[] = "--quiet", enable[] = "enable", unit[] = BOOT_UNIT;
	char *const words[] = { program, quiet, enable, unit, NULL };

	if (access(SYSTEMD, F_OK) == 0 && access(program, X_OK) == 0)
		(void)run(words);
}

bool cli_guard_start(const struct job *job, unsigned seconds)
{
	start_at_boot();
	return start_unit(job->service, seconds) || start_process(job->cli, job->service);
}

void cli_guard_stop(const char *service)
{
	static char program[] = "/usr/bin/systemctl", quiet[] = "--quiet", stop[] = "stop";
	char unit[PLACE_PATH];
	char *const words[] = { program, quiet, stop, unit, NULL };

	snprintf(unit, sizeof(unit), "liberations-protect-%.100s.timer", service);
	if (access(SYSTEMD, F_OK) == 0 && access(program, X_OK) == 0)
		(void)run(words);
}
