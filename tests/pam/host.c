/* The host notices nothing: no signal, no child, no descriptor, nothing changed. */
#include "stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t child_signals;

static void on_child(int number)
{
	(void)number;
	child_signals++;
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

#define SAME(FIELD) expect(memcmp(&before.FIELD, &after.FIELD, sizeof(before.FIELD)) == 0, #FIELD " is not as before")

static void nothing_changed(void)
{
	static struct fingerprint before, after;
	struct sigaction action = {.sa_handler = SIG_IGN};
	sigset_t some;
	int i;

	whole_sign_in("changed");
	sigaction(SIGPIPE, &action, NULL);
	action.sa_handler = on_child;
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
	for (i = 1; i < NSIG; i++)
		expect(before.actions[i].sa_handler == after.actions[i].sa_handler &&
		       before.actions[i].sa_flags == after.actions[i].sa_flags, "signal %d is handled otherwise", i);
	SAME(mask);
	SAME(umask);
	SAME(cwd);
	SAME(locale);
	SAME(environment);
	SAME(uids);
	SAME(gids);
	SAME(timer);
	SAME(limits);
	SAME(nice);
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

const struct proof host_proofs[] = {
	{"std_P14_no_SIGCHLD_no_child", no_child_signal},
	{"std_P14_SIGCHLD_ignored", child_signal_ignored},
	{"std_P14_the_hosts_own_child_stays_reapable", child_of_the_host},
	{"std_P14_nothing_of_the_process_changes", nothing_changed},
	{"sec_1_16_one_descriptor_close_on_exec", one_descriptor},
	{"sec_1_16_many_calls_leak_no_descriptor", many_calls_leak_nothing},
	{NULL, NULL},
};
