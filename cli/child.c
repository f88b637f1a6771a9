#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int set_attributes(posix_spawnattr_t *attributes, bool apart)
{
	sigset_t none, normal;
	int error;

	sigemptyset(&none);
	sigemptyset(&normal);
	sigaddset(&normal, SIGPIPE);
	error = posix_spawnattr_setflags(attributes, (short)((apart ? POSIX_SPAWN_SETSID : 0) | POSIX_SPAWN_SETSIGMASK |
	                                                     POSIX_SPAWN_SETSIGDEF));
	if (error == 0)
		error = posix_spawnattr_setsigmask(attributes, &none);
	if (error == 0)
		error = posix_spawnattr_setsigdefault(attributes, &normal);
	return error;
}

static int set_files(posix_spawn_file_actions_t *actions, const int files[3], bool apart)
{
	int error = 0, at;

	for (at = STDIN_FILENO; at <= STDERR_FILENO && error == 0; at++)
		error = files[at] >= 0 ? posix_spawn_file_actions_adddup2(actions, files[at], at) :
		        posix_spawn_file_actions_addopen(actions, at, "/dev/null", O_RDWR, 0);
	if (error == 0 && apart)
		error = posix_spawn_file_actions_addchdir_np(actions, "/");
	return error;
}

int cli_child_start(char *const *words, const int files[3], bool apart, pid_t *ret)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	char *const environment[] = { path, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error = posix_spawnattr_init(&attributes);

	if (error != 0)
		return error;
	error = posix_spawn_file_actions_init(&actions);
	if (error == 0) {
		error = set_attributes(&attributes, apart);
		if (error == 0)
			error = set_files(&actions, files, apart);
		if (error == 0)
			error = posix_spawn(ret, words[0], &actions, &attributes, words, environment);
		posix_spawn_file_actions_destroy(&actions);
	}
	posix_spawnattr_destroy(&attributes);
	return error;
}

int cli_child_read(char *const *words, FILE **ret_file, pid_t *ret)
{
	int ends[2], error;

	*ret_file = NULL;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return errno;
	*ret_file = fdopen(ends[0], "re");
	if (*ret_file == NULL) {
		error = errno;
		close(ends[0]);
	} else {
		error = cli_child_start(words, (const int[]){ -1, ends[1], -1 }, false, ret);
	}
	close(ends[1]);
	if (error != 0 && *ret_file != NULL) {
		fclose(*ret_file);
		*ret_file = NULL;
	}
	return error;
}

bool cli_child_run(char *const *words)
{
	pid_t child;

	return cli_child_start(words, (const int[]){ -1, -1, -1 }, true, &child) == 0 && cli_child_wait(child) == 0;
}

bool cli_child_end_with(pid_t parent)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	return getppid() == parent;
}

int cli_child_wait(pid_t child)
{
	int status = -1;

	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}
