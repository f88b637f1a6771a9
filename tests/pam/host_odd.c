/* Hosts that run without descriptors, under low limits, in a storm of signals, with threads; and the agent seen from there. */
#include "stage.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agents.h"

static volatile sig_atomic_t alarms;

static void on_alarm(int number)
{
	(void)number;
	alarms++;
}

static void expect_code(int code, int wanted, const char *what)
{
	expect(code == wanted, "%s: expected %s, got %s", what, stage_code_name(wanted), stage_code_name(code));
}

/* A host that then writes to its standard error must not write into the dialogue. */
static bool is_stream_socket(int fd)
{
	int type = 0;
	socklen_t len = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM;
}

static int sign_in_without(unsigned closed, const char *user, const char *first, const char *second)
{
	struct stage stage;
	int fd, code;

	for (fd = 0; fd < 3; fd++)
		if ((closed & 1U << fd) != 0)
			close(fd);
	stage_open(&stage, "closed", user);
	stage_script(&stage, first, second, NULL);
	code = pam_authenticate(stage.pamh, 0);
	for (fd = 0; fd < 3; fd++)
		if ((closed & 1U << fd) != 0 && is_stream_socket(fd))
			code = 99;
	stage_close(&stage);
	return code;
}

/* In a child without some of 0, 1 and 2; its exit status is the PAM code. */
static int without_descriptors(unsigned closed, const char *user, const char *first, const char *second)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(sign_in_without(closed, user, first, second));
	expect(waitpid(pid, &status, 0) == pid && WIFEXITED(status), "the child died");
	return WEXITSTATUS(status);
}

static void closed_descriptors(void)
{
	struct world_view before, after;
	unsigned closed;

	stage_service("closed", "");
	for (closed = 0; closed < 8; closed++) {
		world_set(&stage_world, "closed", "state=own", NULL);
		before = world_view(stage_world.config, "closed");
		expect_code(without_descriptors(closed, "closed", "P", "C"), PAM_SUCCESS, "right");
		expect_code(without_descriptors(closed, "closed", "X", "W"), PAM_AUTH_ERR, "wrong");
		after = world_view(stage_world.config, "closed");
		expect(after.error == LBR_OK && after.account.generation == before.account.generation, "the account changed");
	}
}

static void low_limits(void)
{
	static const int limits[] = {RLIMIT_FSIZE, RLIMIT_NOFILE, RLIMIT_CPU, RLIMIT_NPROC, RLIMIT_MEMLOCK, RLIMIT_CORE};
	static const rlim_t values[] = {0, 12, 1, 0, 0, 0};
	struct rlimit old, low;
	size_t i;

	stage_service("limits", "");
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		world_set(&stage_world, "limits", "state=own", NULL);
		getrlimit((__rlimit_resource_t)limits[i], &old);
		low = old;
		low.rlim_cur = values[i];
		expect(setrlimit((__rlimit_resource_t)limits[i], &low) == 0, "setrlimit");
		/* NPROC counts the user's other processes too: an ordinary user is refused then, and must not be let in. */
		if (limits[i] == RLIMIT_NPROC && geteuid() != 0)
			expect_code(stage_sign_in("limits", "limits", "P", "C"), PAM_AUTHINFO_UNAVAIL, "no process allowed");
		else
			expect_code(stage_sign_in("limits", "limits", "P", "C"), PAM_SUCCESS, "sign-in under a limit");
		expect(setrlimit((__rlimit_resource_t)limits[i], &old) == 0, "setrlimit back");
	}
}

static void signal_storm(void)
{
	struct itimerval storm = {{0, 500}, {0, 500}}, calm = {{0, 0}, {0, 0}};
	struct sigaction action = {.sa_handler = on_alarm}; /* without SA_RESTART */
	int right, wrong;

	world_set(&stage_world, "storm", "state=own", NULL);
	stage_service("storm", "");
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &storm, NULL);
	right = stage_sign_in("storm", "storm", "P", "C");
	wrong = stage_sign_in("storm", "storm", "X", "W");
	setitimer(ITIMER_REAL, &calm, NULL);
	expect_code(right, PAM_SUCCESS, "right");
	expect_code(wrong, PAM_AUTH_ERR, "wrong");
	expect(alarms > 20, "only %d signals", (int)alarms);
}

static void *sign_in_thread(void *number)
{
	char user[32];
	int i;

	snprintf(user, sizeof(user), "thread%d", *(int *)number);
	for (i = 0; i < 5; i++)
		if (stage_sign_in("threads", user, "P", NULL) != PAM_SUCCESS ||
		    stage_sign_in("threads", user, "X", NULL) != PAM_AUTH_ERR)
			return NULL;
	return number;
}

static void threads(void)
{
	enum { THREADS = 6 };
	pthread_t ids[THREADS];
	int numbers[THREADS], i;
	char user[32];
	void *done;

	stage_service("threads", "factors=password");
	for (i = 0; i < THREADS; i++) {
		snprintf(user, sizeof(user), "thread%d", i);
		world_set(&stage_world, user, "state=own", NULL);
		numbers[i] = i;
	}
	for (i = 0; i < THREADS; i++)
		expect(pthread_create(&ids[i], NULL, sign_in_thread, &numbers[i]) == 0, "pthread_create");
	for (i = 0; i < THREADS; i++)
		expect(pthread_join(ids[i], &done) == 0 && done == &numbers[i], "thread %d went wrong", i);
}

/* --- what the agent looks like -------------------------------------------------------------------------------------------- */

/* False if the process is no more. */
static bool read_proc(pid_t pid, const char *file, char *text, size_t size)
{
	char path[64];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? -1 : read(fd, text, size - 1);
	if (fd >= 0)
		close(fd);
	text[len < 0 ? 0 : len] = '\0';
	return len >= 0;
}

static void agent_from_outside(void)
{
	struct stage stage;
	char text[256], environment[256], status[4096], wanted[64], link[64];
	pid_t pids[32];
	ssize_t len;
	int count, i, seen = 0;

	if (geteuid() != 0)
		proof_skip("an agent shows itself to root alone");
	setenv("LD_PRELOAD_NOT", "x", 1);
	world_set(&stage_world, "outside", "state=own", NULL);
	stage_service("outside", "");
	stage_open(&stage, "outside", "outside");
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_SUCCESS, "sign-in");
	count = agents_of(stage_world.config, pids, 32);
	expect(count >= 1, "no agent");
	for (i = 0; i < count; i++) {
		snprintf(link, sizeof(link), "/proc/%d/cwd", (int)pids[i]);
		len = readlink(link, text, sizeof(text) - 1);
		if (len < 0 || !read_proc(pids[i], "environ", environment, sizeof(environment)) ||
		    !read_proc(pids[i], "status", status, sizeof(status)))
			continue; /* another test's, gone meanwhile */
		seen++;
		expect(len == 1 && text[0] == '/', "its directory is %.*s", (int)len, text);
		expect(environment[0] == '\0', "its environment begins with %s", environment);
		snprintf(wanted, sizeof(wanted), "Uid:\t%d\t%d\t%d\t%d\n", WORLD_OWNER, WORLD_OWNER, WORLD_OWNER, WORLD_OWNER);
		expect(strstr(status, wanted) != NULL || strstr(status, "Uid:\t0") != NULL, "its ids: %s", status);
	}
	expect(seen >= 1, "no agent was looked at");
	stage_close(&stage);
}

const struct proof odd_host_proofs[] = {
	{"sec_1_52_closed_descriptors_in_all_combinations", closed_descriptors},
	{"sec_1_53_low_limits", low_limits},
	{"sec_1_18_signal_storm", signal_storm},
	{"a_host_with_threads", threads},
	{"sec_1_55_the_agent_from_outside", agent_from_outside},
	{NULL, NULL},
};
