/* What `protect` keeps: beside the configuration, where the owner of the accounts can write nothing. */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <liberations/settings.h>

#include "plan.h"
#include "reason.h"
#include "switch_end.h"
#include "write_all.h"

static void home_of(char ret[PLACE_PATH])
{
	snprintf(ret, PLACE_PATH, "%s", LBR_DEFAULT_CONFIG);
	*strrchr(ret, '/') = '\0';
}

const char *cli_kept_home(char ret[PLACE_PATH])
{
	char home[PLACE_PATH];

	home_of(home);
	snprintf(ret, PLACE_PATH, "%.200s/" SWITCH_ROOM, home);
	return ret;
}

const char *cli_kept_path(const char *service, const char *what, char ret[PLACE_PATH])
{
	char home[PLACE_PATH];

	home_of(home);
	snprintf(ret, PLACE_PATH, "%.200s/" SWITCH_ROOM "/%.100s.%.32s", home, service, what);
	return ret;
}

static bool is_roots(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_uid == 0 && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* -1: errno says why; EPERM: somebody else could write there. */
static int open_room(bool make)
{
	char home[PLACE_PATH];
	int parent, fd = -1;

	home_of(home);
	parent = open(home, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (parent < 0)
		return -1;
	errno = EPERM;
	if (is_roots(parent) && (!make || mkdirat(parent, SWITCH_ROOM, 0700) == 0 || errno == EEXIST))
		fd = openat(parent, SWITCH_ROOM, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && !is_roots(fd)) {
		close(fd);
		fd = -1;
		errno = EPERM;
	}
	close(parent);
	return fd;
}

static enum cli_status fail_open(const struct cli *cli, int error)
{
	char home[PLACE_PATH];

	home_of(home);
	if (error == EPERM) /* see open_room */
		(void)cli_fail(cli, CLI_FAULT, TEXT_NAMED, home, cli_errno(cli->language, error), NULL);
	else
		(void)cli_place_fail(cli, home, error);
	errno = error;
	return CLI_FAULT;
}

enum cli_status cli_kept_open(const struct cli *cli, bool wait, int *ret_fd)
{
	int locked;

	*ret_fd = open_room(true);
	if (*ret_fd < 0)
		return fail_open(cli, errno);
	do
		locked = flock(*ret_fd, LOCK_EX | (wait ? 0 : LOCK_NB));
	while (locked != 0 && errno == EINTR);
	if (locked == 0)
		return CLI_DONE;
	close(*ret_fd);
	*ret_fd = -1;
	return cli_fail(cli, CLI_NO, TEXT_PROTECT_BUSY, NULL);
}

int cli_kept_look(void)
{
	return open_room(false);
}

static void name_of(const char *service, const char *what, char ret[PLACE_PATH])
{
	snprintf(ret, PLACE_PATH, "%s.%s", service, what);
}

bool cli_kept_put(int fd, const char *service, const char *what, const char *text, size_t len)
{
	char name[PLACE_PATH], new[PLACE_PATH + 8];
	int file, error;
	bool good;

	name_of(service, what, name);
	snprintf(new, sizeof(new), "%s.new", name);
	(void)unlinkat(fd, new, 0);
	file = openat(fd, new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		return false;
	good = cli_write_all(file, text, len) && fsync(file) == 0 && renameat(fd, new, fd, name) == 0 && fsync(fd) == 0;
	error = errno;
	close(file);
	if (!good)
		(void)unlinkat(fd, new, 0);
	errno = error;
	return good;
}

char *cli_kept_get(int fd, const char *service, const char *what, size_t *ret_len)
{
	char name[PLACE_PATH], *text = NULL;
	ssize_t got = 1;
	int file;

	name_of(service, what, name);
	*ret_len = 0;
	file = openat(fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (file < 0)
		return NULL;
	text = calloc(1, 4 * PLAN_TEXT_MAX);
	while (text != NULL && got > 0 && *ret_len < 4 * PLAN_TEXT_MAX - 1) {
		got = read(file, text + *ret_len, 4 * PLAN_TEXT_MAX - 1 - *ret_len);
		*ret_len += got > 0 ? (size_t)got : 0;
	}
	close(file);
	if (got < 0) { /* half a copy is none */
		free(text);
		text = NULL;
		*ret_len = 0;
	}
	return text;
}

bool cli_kept_has(int fd, const char *service, const char *what)
{
	char name[PLACE_PATH];
	struct stat st;

	name_of(service, what, name);
	return fd >= 0 && (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT);
}

bool cli_kept_drop(int fd, const char *service, const char *what)
{
	char name[PLACE_PATH];

	name_of(service, what, name);
	return (unlinkat(fd, name, 0) == 0 || errno == ENOENT) && fsync(fd) == 0;
}
