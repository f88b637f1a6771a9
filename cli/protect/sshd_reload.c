/* Has sshd read its configuration again, unless it would not survive that. */
#include "protect.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "sshd_ask.h"

#define PID_FILE "/run/sshd.pid"
#define SYSTEMD "/run/systemd/system"
#define SYSTEMCTL "/usr/bin/systemctl"

static bool succeeds(char *const *words)
{
	pid_t child;

	return cli_child_start(words, (const int[]){ -1, -1, -1 }, true, &child) == 0 && cli_child_wait(child) == 0;
}

static bool asks_systemd(const char *verb, const char *unit)
{
	char program[] = SYSTEMCTL, quiet[] = "--quiet", word[16], name[32];
	char *const words[] = { program, quiet, word, name, NULL };

	snprintf(word, sizeof(word), "%s", verb);
	snprintf(name, sizeof(name), "%s", unit);
	return access(SYSTEMD, F_OK) == 0 && access(program, X_OK) == 0 && succeeds(words);
}

const char *cli_sshd_reload_command(void)
{
	if (access(SYSTEMD, F_OK) != 0)
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
	return listening() == 0 && !asks_systemd("is-active", "ssh.service") && !asks_systemd("is-active", "sshd.service") &&
	       (asks_systemd("is-active", "ssh.socket") || asks_systemd("is-active", "sshd.socket"));
}

/* The listening process reads it; sessions are other processes. PidFile may name another file, which systemd knows better. */
static bool tell(void)
{
	pid_t pid = listening();

	if (pid > 0)
		return kill(pid, SIGHUP) == 0;
	return (asks_systemd("is-active", "ssh.service") && asks_systemd("reload", "ssh.service")) ||
	       (asks_systemd("is-active", "sshd.service") && asks_systemd("reload", "sshd.service"));
}

/* A configuration that it refuses would end it. */
enum sshd_reload cli_sshd_reload(void)
{
	char program[] = SSHD, test[] = "-t";
	char *const words[] = { program, test, NULL };

	if (cli_sshd_waits())
		return SSHD_TOLD;
	if (!succeeds(words))
		return SSHD_REFUSES;
	return tell() ? SSHD_TOLD : SSHD_DEAF;
}
