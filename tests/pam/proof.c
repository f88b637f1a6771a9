#include "proof.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/selection.h"

#define PROOFS_MAX 256
#define AT_ONCE 6
#define LIMIT_S 120
#define SKIPPED 77

struct running {
	const struct proof *proof;
	pid_t               pid;
	int                 output;
};

static const struct proof *proofs[PROOFS_MAX];
static int proof_count;
static struct running running[AT_ONCE];

void proof_fail(const char *file, int line, const char *condition, const char *format, ...)
{
	va_list arguments;

	fprintf(stdout, "    %s:%d: %s: ", file, line, condition);
	va_start(arguments, format);
	vfprintf(stdout, format, arguments);
	va_end(arguments);
	fputc('\n', stdout);
	exit(1);
}

void proof_skip(const char *why)
{
	printf("    %s\n", why);
	exit(SKIPPED);
}

void proof_add(const struct proof *list)
{
	for (; list->name != NULL && proof_count < PROOFS_MAX; list++)
		if (selection_has(list->name))
			proofs[proof_count++] = list;
}

/* As Check's programs: whatever slows everything down, valgrind say, says by how much. */
static unsigned limit_s(void)
{
	const char *factor = getenv("CK_TIMEOUT_MULTIPLIER");
	long times = factor != NULL ? strtol(factor, NULL, 10) : 1;

	return LIMIT_S * (unsigned)(times > 0 && times < 1000 ? times : 1);
}

static void start(struct running *slot, const struct proof *proof)
{
	slot->proof = proof;
	slot->output = memfd_create("output", MFD_CLOEXEC);
	fflush(stdout);
	slot->pid = fork();
	if (slot->pid != 0)
		return;
	dup2(slot->output, STDOUT_FILENO);
	dup2(slot->output, STDERR_FILENO);
	alarm(limit_s());
	proof->run();
	exit(0);
}

static void copy_output(int fd)
{
	char buffer[4096];
	ssize_t got;
	off_t at = 0;

	while ((got = pread(fd, buffer, sizeof(buffer), at)) > 0) {
		fwrite(buffer, 1, (size_t)got, stdout);
		at += got;
	}
}

/* 0 passed, 1 failed, 2 skipped. */
static int finish(struct running *slot, int status)
{
	int result = 1;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		result = 0;
	else if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED)
		result = 2;
	printf("%-7s %s\n", result == 0 ? "ok" : result == 1 ? "FAILED" : "skipped", slot->proof->name);
	if (WIFSIGNALED(status))
		printf("    killed by signal %d\n", WTERMSIG(status));
	if (result != 0)
		copy_output(slot->output);
	close(slot->output);
	slot->proof = NULL;
	return result;
}

static struct running *slot_of(pid_t pid)
{
	int i;

	for (i = 0; i < AT_ONCE; i++)
		if (running[i].proof != NULL && running[i].pid == pid)
			return &running[i];
	return NULL;
}

static struct running *free_slot(void)
{
	int i;

	for (i = 0; i < AT_ONCE; i++)
		if (running[i].proof == NULL)
			return &running[i];
	return NULL;
}

/* Agents are nobody's children, so they end as ours: one that crashed is seen here, whatever its module made of it. */
static int crashes;

static void look_at_stranger(pid_t pid, int status)
{
	static const int own_fault[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP};
	size_t i;

	for (i = 0; i < sizeof(own_fault) / sizeof(own_fault[0]); i++)
		if (WIFSIGNALED(status) && WTERMSIG(status) == own_fault[i]) {
			printf("    agent %ld died of signal %d\n", (long)pid, WTERMSIG(status));
			crashes++;
		}
}

static int reap(int counts[3])
{
	struct running *slot;
	int status;
	pid_t pid = waitpid(-1, &status, 0);

	if (pid < 0)
		return errno == EINTR ? 0 : -1;
	slot = slot_of(pid);
	if (slot != NULL)
		counts[finish(slot, status)]++;
	else
		look_at_stranger(pid, status);
	return 0;
}

int proof_run(int passed, int failed)
{
	int counts[3] = {passed, failed, 0};
	int i;

	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	for (i = 0; i < proof_count; i++) {
		while (free_slot() == NULL)
			reap(counts);
		start(free_slot(), proofs[i]);
	}
	while (reap(counts) == 0)
		continue;
	printf("%-7s %s\n", crashes == 0 ? "ok" : "FAILED", "sec_1_75_no_agent_crashed");
	counts[crashes == 0 ? 0 : 1]++;
	printf("%d passed, %d failed, %d skipped\n", counts[0], counts[1], counts[2]);
	return counts[1] == 0 ? 0 : 1;
}
