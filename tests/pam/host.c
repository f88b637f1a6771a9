/* The host notices nothing: no signal, no child, no descriptor, nothing changed. */
#include "stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "agents.h"

static volatile sig_atomic_t child_signals, alarms;

static void on_child(int number)
{
	(void)number;
	child_signals++;
}

static void on_alarm(int number)
{
	(void)number;
	alarms++;
}

static void expect_code(int code, int wanted, const char *what)
{
	expect(code == wanted, "%s: expected %s, got %s", what, stage_code_name(wanted), stage_code_name(code));
}

/* A whole sign-in, a change and the end, on an account of its own. */
static void whole_sign_in(const char *name)
{
	struct stage stage;

	world_set(&stage_world, name, "state=unknown", NULL); /* with the history of an earlier round */
	world_set(&stage_world, name, "state=expired", NULL);
	stage_service(name, "");
	stage_open(&stage, name, name);
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_SUCCESS, "sign-in");
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_NEW_AUTHTOK_REQD, "account");
	stage_script(&stage, "N", "N", NULL);
	expect_code(pam_chauthtok(stage.pamh, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_SUCCESS, "change");
	expect(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "a child while the handle lives");
	stage_close(&stage);
}

/* --- children ------------------------------------------------------------------------------------------------------------- */

static void no_child_signal(void)
{
	struct sigaction action = {.sa_handler = on_child};

	/* The world is set by children of the test itself: only the sign-in counts. */
	world_set(&stage_world, "sigchld", "state=own", NULL);
	stage_service("sigchld", "");
	sigaction(SIGCHLD, &action, NULL);
	expect_code(stage_sign_in("sigchld", "sigchld", "P", "C"), PAM_SUCCESS, "sign-in");
	expect_code(stage_sign_in("sigchld", "sigchld", "X", "W"), PAM_AUTH_ERR, "refusal");
	usleep(300000);
	expect(child_signals == 0, "%d times SIGCHLD", (int)child_signals);
	expect(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "a child to reap");
	expect(waitpid(-1, NULL, WNOHANG | __WALL) == -1 && errno == ECHILD, "a clone to reap");
}

static void child_signal_ignored(void)
{
	struct sigaction action = {.sa_handler = SIG_IGN};

	world_set(&stage_world, "sigign", "state=own", NULL);
	stage_service("sigign", "");
	sigaction(SIGCHLD, &action, NULL);
	expect_code(stage_sign_in("sigign", "sigign", "P", "C"), PAM_SUCCESS, "sign-in with SIGCHLD ignored");
	action.sa_handler = SIG_DFL;
	action.sa_flags = SA_NOCLDWAIT;
	world_set(&stage_world, "sigign", "state=own", NULL);
	sigaction(SIGCHLD, &action, NULL);
	expect_code(stage_sign_in("sigign", "sigign", "P", "C"), PAM_SUCCESS, "sign-in with SA_NOCLDWAIT");
}

static void child_of_the_host(void)
{
	int status = 0;
	pid_t pid;

	world_set(&stage_world, "unrelated", "state=own", NULL);
	stage_service("unrelated", "");
	pid = fork();
	if (pid == 0)
		_exit(42);
	usleep(50000);
	expect_code(stage_sign_in("unrelated", "unrelated", "P", "C"), PAM_SUCCESS, "sign-in");
	expect(waitpid(-1, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 42, "the host's own child is gone");
}

/* --- everything else of the process --------------------------------------------------------------------------------------- */

struct fingerprint {
	struct sigaction actions[NSIG];
	sigset_t         mask;
	mode_t           umask;
	char             cwd[256], locale[256], fds[512], environment[4096];
	uid_t            uids[3];
	gid_t            gids[3];
	struct itimerval timer;
	struct rlimit    limits[RLIM_NLIMITS];
	int              nice;
};

static void list_descriptors(char *text, size_t size)
{
	struct dirent *entry;
	DIR *dir = opendir("/proc/self/fd");
	size_t used = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (used < size && strtol(entry->d_name, NULL, 10) != dirfd(dir))
			used += (size_t)snprintf(text + used, size - used, "%s ", entry->d_name);
	if (dir != NULL)
		closedir(dir);
}

static void take(struct fingerprint *print)
{
	size_t used = 0;
	int i;

	memset(print, 0, sizeof(*print));
	for (i = 1; i < NSIG; i++)
		sigaction(i, NULL, &print->actions[i]);
	sigprocmask(SIG_SETMASK, NULL, &print->mask);
	print->umask = umask(0);
	umask(print->umask);
	expect(getcwd(print->cwd, sizeof(print->cwd)) != NULL, "cwd");
	snprintf(print->locale, sizeof(print->locale), "%s", setlocale(LC_ALL, NULL));
	list_descriptors(print->fds, sizeof(print->fds));
	for (i = 0; environ[i] != NULL && used < sizeof(print->environment); i++)
		used += (size_t)snprintf(print->environment + used, sizeof(print->environment) - used, "%s\n", environ[i]);
	getresuid(&print->uids[0], &print->uids[1], &print->uids[2]);
	getresgid(&print->gids[0], &print->gids[1], &print->gids[2]);
	getitimer(ITIMER_REAL, &print->timer);
	print->timer.it_value.tv_sec = print->timer.it_value.tv_usec = 0; /* the test's own alarm runs */
	for (i = 0; i < (int)RLIM_NLIMITS; i++)
		getrlimit((__rlimit_resource_t)i, &print->limits[i]);
	print->nice = getpriority(PRIO_PROCESS, 0);
}

static void nothing_changed(void)
{
	static struct fingerprint before, after;
	struct sigaction action = {.sa_handler = SIG_IGN};
	sigset_t some;

	whole_sign_in("changed");
	sigaction(SIGPIPE, &action, NULL);
	action.sa_handler = on_alarm;
	sigaction(SIGUSR1, &action, NULL);
	sigemptyset(&some);
	sigaddset(&some, SIGHUP);
	sigprocmask(SIG_BLOCK, &some, NULL);
	umask(0123);
	expect(chdir("/tmp") == 0, "chdir");
	take(&before);
	umask(022);
	whole_sign_in("changed");
	umask(0123);
	take(&after);
	expect(strcmp(before.fds, after.fds) == 0, "descriptors: %s, then %s", before.fds, after.fds);
	expect(memcmp(&before, &after, sizeof(before)) == 0, "something else of the process");
}

/* While the handle lives there is one descriptor more, which no child inherits. */
static void one_descriptor(void)
{
	struct stage stage;
	int fd, flags, found = 0;
	bool before[64];

	world_set(&stage_world, "descriptor", "state=own", NULL);
	stage_service("descriptor", "");
	stage_open(&stage, "descriptor", "descriptor");
	for (fd = 0; fd < 64; fd++)
		before[fd] = fcntl(fd, F_GETFD) >= 0;
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_SUCCESS, "sign-in");
	for (fd = 0; fd < 64; fd++) {
		flags = fcntl(fd, F_GETFD);
		if (flags < 0 || before[fd])
			continue;
		found++;
		expect(fd > 2 && (flags & FD_CLOEXEC) != 0, "descriptor %d, flags %d", fd, flags);
	}
	expect(found == 1, "%d new descriptors", found);
	stage_close(&stage);
}

static void many_calls_leak_nothing(void)
{
	char before[512], after[512];
	int i;

	world_set(&stage_world, "leak", "state=own", NULL);
	stage_service("leak", "factors=password");
	stage_sign_in("leak", "leak", "P", NULL);
	list_descriptors(before, sizeof(before));
	for (i = 0; i < 100; i++)
		expect_code(stage_sign_in("leak", "leak", "P", NULL), PAM_SUCCESS, "sign-in");
	list_descriptors(after, sizeof(after));
	expect(strcmp(before, after) == 0, "descriptors: %s, then %s", before, after);
}

/* --- odd hosts ------------------------------------------------------------------------------------------------------------ */

/* In a child without some of 0, 1 and 2; its exit status is the PAM code. */
static int without_descriptors(unsigned closed, const char *user, const char *first, const char *second)
{
	int fd, status;
	pid_t pid = fork();

	if (pid == 0) {
		for (fd = 0; fd < 3; fd++)
			if ((closed & 1U << fd) != 0)
				close(fd);
		_exit(stage_sign_in("closed", user, first, second));
	}
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

static void read_proc(pid_t pid, const char *file, char *text, size_t size)
{
	char path[64];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? -1 : read(fd, text, size - 1);
	if (fd >= 0)
		close(fd);
	expect(len >= 0, "%s: %s", path, strerror(errno));
	text[len] = '\0';
}

static void agent_from_outside(void)
{
	struct stage stage;
	char text[4096], wanted[64], link[64];
	pid_t pids[32];
	ssize_t len;
	int count, i;

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
		if (len < 0)
			continue; /* another test's, gone meanwhile */
		expect(len == 1 && text[0] == '/', "its directory is %.*s", (int)len, text);
		read_proc(pids[i], "environ", text, sizeof(text));
		expect(text[0] == '\0', "its environment begins with %s", text);
		read_proc(pids[i], "status", text, sizeof(text));
		snprintf(wanted, sizeof(wanted), "Uid:\t%d\t%d\t%d\t%d\n", WORLD_OWNER, WORLD_OWNER, WORLD_OWNER, WORLD_OWNER);
		expect(strstr(text, wanted) != NULL || strstr(text, "Uid:\t0") != NULL, "its ids: %s", text);
	}
	stage_close(&stage);
}

const struct proof host_proofs[] = {
	{"P14_no_SIGCHLD_no_child", no_child_signal},
	{"P14_SIGCHLD_ignored", child_signal_ignored},
	{"P14_the_hosts_own_child_stays_reapable", child_of_the_host},
	{"P14_nothing_of_the_process_changes", nothing_changed},
	{"sec_1_16_one_descriptor_close_on_exec", one_descriptor},
	{"sec_1_16_many_calls_leak_no_descriptor", many_calls_leak_nothing},
	{"sec_1_52_closed_descriptors_in_all_combinations", closed_descriptors},
	{"sec_1_53_low_limits", low_limits},
	{"sec_1_18_signal_storm", signal_storm},
	{"a_host_with_threads", threads},
	{"sec_1_55_the_agent_from_outside", agent_from_outside},
	{NULL, NULL},
};
