/* The web portal, where it is set up: its own check knows what it needs. */
#include "doctor.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "on_behalf.h"

#define PORTAL_PROGRAM "liberations-portal"

/* The file `name` beside the file `path`. False: `path` names no directory, or it is too long. */
static bool beside(const char *path, const char *name, char ret[FINDING_PATH])
{
	const char *slash = strrchr(path, '/');

	return slash != NULL &&
	       snprintf(ret, FINDING_PATH, "%.*s%s", (int)(slash - path) + 1, path, name) < FINDING_PATH;
}

/* Both are installed in one directory. */
static bool find_program(char ret[FINDING_PATH])
{
	char own[FINDING_PATH];
	ssize_t len = readlink("/proc/self/exe", own, sizeof(own) - 1);

	if (len <= 0)
		return false;
	own[len] = '\0';
	return beside(own, PORTAL_PROGRAM, ret);
}

/* Starts `PORTAL_PROGRAM --check`, in the caller's language, and opens what it says on standard error. */
static FILE *start(const struct doctor *on, char *program, char *config, pid_t *ret)
{
	static char env[] = "/usr/bin/env", english[] = "LC_ALL=C.UTF-8", french[] = "LC_ALL=fr_CA.UTF-8", check[] = "--check",
	            with[] = "--config";
	char *const words[] = { env, on->cli->language == LBR_LANGUAGE_FR ? french : english, program, check, with, config, NULL };
	FILE *said = NULL;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return NULL;
	if (cli_child_start(words, (const int[]){ -1, -1, ends[1] }, false, ret) == 0)
		said = fdopen(ends[0], "re");
	close(ends[1]);
	if (said == NULL)
		close(ends[0]);
	return said;
}

/* "liberations-portal: REASON; REPAIR", in French with a blank before the colon. */
static const char *without_name(char *line)
{
	size_t len = strlen(PORTAL_PROGRAM);

	line[strcspn(line, "\n")] = '\0';
	if (strncmp(line, PORTAL_PROGRAM, len) != 0)
		return line;
	len += strspn(line + len, " :");
	return line + len;
}

static void ask(struct doctor *on, char *program, char *config)
{
	char line[2048], fix[FINDING_PATH + 64];
	pid_t child = 0;
	unsigned before = on->found.count;
	FILE *said = start(on, program, config, &child);

	snprintf(fix, sizeof(fix), "sudo " PORTAL_PROGRAM " --check --config %s", config);
	while (said != NULL && fgets(line, sizeof(line), said) != NULL)
		cli_finding_add(&on->found, FINDING_CRITICAL, "portal", config, 0, fix, TEXT_BARE, without_name(line), NULL);
	if (said != NULL)
		fclose(said);
	if (cli_child_wait(child) != 0 && on->found.count == before)
		cli_finding_add(&on->found, FINDING_CRITICAL, "portal", config, 0, fix, TEXT_DOCTOR_PORTAL_FAILS, NULL);
}

/* A file of a caller whom root works for is not handed to a program that root starts. */
void cli_doctor_portal(struct doctor *on)
{
	char program[FINDING_PATH], config[FINDING_PATH];
	uid_t caller;

	if ((cli_has(on->cli, CLI_CONFIG) && cli_on_behalf(&caller)) || !beside(on->cli->config, "portal.conf", config) ||
	    access(config, F_OK) != 0)
		return;
	if (find_program(program) && access(program, X_OK) == 0)
		ask(on, program, config);
	else
		cli_finding_add(&on->found, FINDING_CRITICAL, "portal", config, 0, "", TEXT_DOCTOR_PORTAL_ABSENT, NULL);
}
