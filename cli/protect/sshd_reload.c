/* Has sshd read its configuration again, unless it would not survive that. */
#include "protect.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "sshd_ask.h"
#include "systemd.h"

#define PID_FILE "/run/sshd.pid"

static bool is_active(const char *unit)
{
	return cli_systemctl("is-active", unit, NULL);
}

const char *cli_sshd_reload_command(void)
{
	if (!cli_systemd_runs())
		return "sudo kill -HUP $(cat " PID_FILE ")";
	return access("/lib/systemd/system/ssh.service", F_OK) == 0 ? "sudo systemctl reload ssh" : "sudo systemctl reload sshd";
}

static bool is_sshd(long pid)
{
	char path[64], name[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	if (fgets(name, sizeof(name), file) == NULL)
		name[0] = '\0';
	fclose(file);
	return strcmp(name, "sshd\n") == 0;
}

/* 0: none that is known of. */
static pid_t listening(void)
{
	FILE *file = fopen(PID_FILE, "re");
	long pid = 0;

	if (file == NULL)
		return 0;
	if (fscanf(file, "%ld", &pid) != 1)
		pid = 0;
	fclose(file);
	return pid > 1 && is_sshd(pid) ? (pid_t)pid : 0;
}

bool cli_sshd_waits(void)
{
	return listening() == 0 && !is_active("ssh.service") && !is_active("sshd.service") &&
	       (is_active("ssh.socket") || is_active("sshd.socket"));
}

/* The listening process reads it; sessions are other processes. PidFile may name another file, which systemd knows better. */
static bool tell(void)
{
	pid_t pid = listening();

	if (pid > 0)
		return kill(pid, SIGHUP) == 0;
	return (is_active("ssh.service") && cli_systemctl("reload", "ssh.service", NULL)) ||
	       (is_active("sshd.service") && cli_systemctl("reload", "sshd.service", NULL));
}

/* A configuration that it refuses would end it. */
enum sshd_reload cli_sshd_reload(void)
{
	char program[] = SSHD, test[] = "-t";
	char *const words[] = { program, test, NULL };

	if (cli_sshd_waits())
		return SSHD_TOLD;
	if (!cli_child_run(words))
		return SSHD_REFUSES;
	return tell() ? SSHD_TOLD : SSHD_DEAF;
}
