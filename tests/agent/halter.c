/* Starts a service as a setuid program starts, and halts the agent that it starts at a certain system call, so that a test can do
 * something to it there.
 *
 *     halter REAL-UID GROUPS POINT OUT IN COMMAND...
 *
 * The command runs with this real uid and root's effective one, in these control groups (directories with colons between them,
 * or -). POINT: the agent's `start`, `before` it has read its first byte, at the first write to the store (`lock`), at the first
 * memory for a hash (`hash`), at the first `sync`. The agent's process number is written to the descriptor OUT; once a byte can be
 * read from IN, or IN is closed, the agent goes on by itself. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define AGENT "/liberations-agent"
#define AGENT_FD 3
#define HASH_MEMORY (512 * 1024)

static const char *point;
static int out, in;
static pid_t agent;
static bool heard; /* the agent has read something */

static bool is_agent(pid_t pid)
{
	char link[64], path[4096];
	ssize_t len;

	(void)snprintf(link, sizeof(link), "/proc/%ld/exe", (long)pid);
	len = readlink(link, path, sizeof(path) - 1);
	if (len < (ssize_t)strlen(AGENT))
		return false;
	path[len] = '\0';
	return strcmp(path + len - strlen(AGENT), AGENT) == 0;
}

static bool is_point(const struct __ptrace_syscall_info *info)
{
	uint64_t number = info->entry.nr;
	const uint64_t *args = info->entry.args;

	if (strcmp(point, "start") == 0)
		return true;
	if (number == SYS_recvfrom && args[0] == AGENT_FD) {
		heard = true;
		return strcmp(point, "before") == 0;
	}
	if (!heard)
		return false;
	if (number == SYS_pwrite64)
		return strcmp(point, "lock") == 0;
	if (number == SYS_mmap)
		return strcmp(point, "hash") == 0 && args[1] >= HASH_MEMORY;
	return number == SYS_fdatasync && strcmp(point, "sync") == 0;
}

static void let_go(void)
{
	char byte;
	int len = snprintf(NULL, 0, "%ld\n", (long)agent);

	if (dprintf(out, "%ld\n", (long)agent) != len)
		exit(3);
	close(out);
	while (read(in, &byte, 1) < 0 && errno == EINTR)
		continue;
	ptrace(PTRACE_DETACH, agent, NULL, NULL);
	agent = -1;
}

/* What a tracee stopped for; it goes on. */
static void go_on(pid_t pid, int status)
{
	struct __ptrace_syscall_info info;
	int signal = WSTOPSIG(status), event = status >> 16;

	if (event == PTRACE_EVENT_EXEC && agent == 0 && is_agent(pid))
		agent = pid;
	if (pid == agent && signal == (SIGTRAP | 0x80) &&
	    ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) > 0 && info.op == PTRACE_SYSCALL_INFO_ENTRY &&
	    is_point(&info)) {
		let_go();
		return;
	}
	if (signal == (SIGTRAP | 0x80) || signal == SIGTRAP || event != 0 || signal == SIGSTOP)
		signal = 0; /* of the tracing, not of the tracee */
	ptrace(pid == agent ? PTRACE_SYSCALL : PTRACE_CONT, pid, NULL, (void *)(intptr_t)signal);
}

static bool enter(const char *groups)
{
	char path[4096];
	const char *rest = groups;
	int len, fd;

	while (*rest != '\0' && strcmp(groups, "-") != 0) {
		len = (int)strcspn(rest, ":");
		(void)snprintf(path, sizeof(path), "%.*s/cgroup.procs", len, rest);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, "0", 1) != 1)
			return false;
		close(fd);
		rest += len + (rest[len] == ':');
	}
	return true;
}

static void run(uid_t real, const char *groups, char **command)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0 || raise(SIGSTOP) != 0)
		_exit(4);
	close(out);
	close(in);
	if (!enter(groups))
		_exit(6);
	if (setresgid(real, 0, 0) != 0 || setresuid(real, 0, 0) != 0)
		_exit(5);
	execv(command[0], command);
	_exit(127);
}

int main(int argc, char **argv)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
	                     PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	pid_t child, pid;
	int status;

	if (argc < 7)
		return 64;
	point = argv[3];
	out = (int)strtol(argv[4], NULL, 10);
	in = (int)strtol(argv[5], NULL, 10);
	child = fork();
	if (child == 0)
		run((uid_t)strtol(argv[1], NULL, 10), argv[2], argv + 6);
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)options) != 0)
		return 1;
	ptrace(PTRACE_CONT, child, NULL, NULL);
	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status))
			go_on(pid, status);
		else if (pid == child)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
	return 1;
}
