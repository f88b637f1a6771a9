/* Starts a process that reads HTTP. */
#include "start_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define ABOVE 10 /* the process's own descriptors lie below */

bool lbr_reader_path(const char *directory, const char *name, char ret[LBR_READER_PATH_MAX])
{
	int len = snprintf(ret, LBR_READER_PATH_MAX, "%s/%s", directory, name);

	return len > 0 && len < LBR_READER_PATH_MAX;
}

/* A copy that no dup2 below overwrites. */
static int move_up(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, ABOVE);
}

/* SIGTERM and SIGINT stay blocked: a supervisor or a terminal that ends all processes at once means the keeper, which has answers
 * to get from the others first. They end with it. */
static int spawn(const char *program, int given, int keeper)
{
	char *const argv[] = { (char *)(uintptr_t)program, NULL }, *const environment[] = { NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t all, kept;
	int failed;
	pid_t child;

	sigfillset(&all);
	sigemptyset(&kept);
	sigaddset(&kept, SIGTERM);
	sigaddset(&kept, SIGINT);
	failed = posix_spawn_file_actions_init(&actions);
	if (failed != 0)
		return failed;
	failed = posix_spawnattr_init(&attributes);
	if (failed != 0) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return failed;
	}
	if (given >= 0)
		failed = posix_spawn_file_actions_adddup2(&actions, given, 3);
	if (failed == 0)
		failed = posix_spawn_file_actions_adddup2(&actions, keeper, 4);
	if (failed == 0)
		failed = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	if (failed == 0)
		failed = posix_spawnattr_setsigdefault(&attributes, &all);
	if (failed == 0)
		failed = posix_spawnattr_setsigmask(&attributes, &kept);
	if (failed == 0)
		failed = posix_spawn(&child, program, &actions, &attributes, argv, environment);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return failed;
}

static void close_one(int fd)
{
	if (fd >= 0)
		close(fd);
}

int lbr_start_reader(const char *program, int given, int *ret)
{
	int pair[2] = { -1, -1 }, moved[2] = { -1, -1 }, failed = 0;

	*ret = -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return errno;
	moved[0] = given >= 0 ? move_up(given) : -1;
	moved[1] = move_up(pair[1]);
	if ((given >= 0 && moved[0] < 0) || moved[1] < 0 || fcntl(pair[0], F_SETFL, O_NONBLOCK) != 0)
		failed = errno;
	if (failed == 0)
		failed = spawn(program, moved[0], moved[1]);
	close_one(moved[0]);
	close_one(moved[1]);
	close_one(pair[1]);
	if (failed == 0)
		*ret = pair[0];
	else
		close_one(pair[0]);
	return failed;
}
