#include "calls.h"

#include <errno.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MANY 10
#define PHASES "tests/bench/phases" /* make runs this program in the checkout */
#define DURABLE "trace=fdatasync,fsync,msync,sync_file_range,rename,renameat,renameat2"

extern char **environ;

/* Runs `count` sign-ins in a program of their own under strace. False: no strace, or it may not trace. */
static bool trace(const struct world *world, const char *self, const char *log, bool follow, unsigned first, unsigned count)
{
	char from[16], many[16];
	const char *words[] = {"strace", "-qq", "-o", log, "-e", follow ? DURABLE : "trace=all", "--", self,
	                       world->services, from, many, NULL, NULL};
	int status = -1;
	pid_t pid;

	snprintf(from, sizeof(from), "%u", first);
	snprintf(many, sizeof(many), "%u", count);
	if (follow) {
		memmove(&words[2], &words[1], 10 * sizeof(words[0]));
		words[1] = "-f";
	}
	if (posix_spawnp(&pid, "strace", NULL, NULL, (char *const *)(uintptr_t)words, environ) != 0)
		return false;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return status == 0;
}

/* Lines of the log in which `call` begins; NULL: all. */
static unsigned count_lines(const char *log, const char *call)
{
	FILE *file = fopen(log, "re");
	unsigned lines = 0;
	char *line = NULL;
	size_t size = 0;

	if (file == NULL)
		world_die("%s: %s", log, strerror(errno));
	while (getline(&line, &size, file) >= 0)
		lines += call == NULL || strstr(line, call) != NULL;
	free(line);
	fclose(file);
	return lines;
}

unsigned calls_measure(const struct world *world, const char *self, unsigned first)
{
	char log[128];
	unsigned one, more;

	snprintf(log, sizeof(log), "%s/strace", world->dir);
	if (!trace(world, self, log, false, first, 1)) {
		puts("system calls: not counted, strace is missing or may not trace");
		return first;
	}
	one = count_lines(log, NULL);
	if (!trace(world, self, log, false, first + 1, 1 + MANY) || (more = count_lines(log, NULL)) < one)
		world_die("strace");
	printf("%-66s %7.1f   about 85\n", "system calls of a sign-in in the service's process", (more - one) / (double)MANY);
	if (!trace(world, self, log, true, first + 2 + MANY, MANY))
		world_die("strace -f");
	printf("%-66s %7.1f   1\n", "fdatasync, fsync of a sign-in, agent included",
	       (count_lines(log, "sync(") + count_lines(log, "sync_file_range(")) / (double)MANY);
	printf("%-66s %7.1f   0\n", "renames of a sign-in, agent included", count_lines(log, " rename") / (double)MANY);
	return first + 2 + 2 * MANY;
}

unsigned phases_measure(const struct world *world, const char *self, unsigned first)
{
	char from[16];
	const char *words[] = {PHASES, self, world->services, from, "31", NULL};
	int status;
	pid_t pid;

	snprintf(from, sizeof(from), "%u", first);
	fflush(stdout);
	if (posix_spawn(&pid, PHASES, NULL, NULL, (char *const *)(uintptr_t)words, environ) != 0)
		world_die(PHASES);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return first + 31;
}
