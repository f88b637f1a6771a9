/* The file behind the shared page. Any content is good: nothing in it is believed for long (turns.h). */
#include "turns_page.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

#include <liberations/settings.h>

#define TURNS_FILE "turns"
#define TURNS_MIN 3 /* one for each class */

static unsigned count_processors(void)
{
	cpu_set_t allowed;
	long online;

	/* Fewer than the machine has, if somebody started us so: that only takes turns from ourselves. */
	if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0)
		return (unsigned)CPU_COUNT(&allowed);
	online = sysconf(_SC_NPROCESSORS_ONLN);
	return online > 0 && online < LBR_TURNS_MAX ? (unsigned)online : LBR_TURNS_MAX / 2;
}

static void set_reach(struct lbr_turns *turns, unsigned processors)
{
	unsigned most = processors < LBR_TURNS_MAX / 2 ? 2 * processors : LBR_TURNS_MAX;

	if (most < TURNS_MIN)
		most = TURNS_MIN;
	turns->reach[LBR_TURN_OTHERS] = most / 2;
	turns->reach[LBR_TURN_ROOT] = most - 1;
	turns->reach[LBR_TURN_CONSOLE] = most;
}

static enum lbr_error check(int fd, const char *path, struct stat *ret, struct lbr_reason *reason)
{
	if (fstat(fd, ret) != 0)
		return lbr_fail_system(reason, errno, "%s: fstat", path);
	if (!S_ISREG(ret->st_mode))
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(NOT_REGULAR));
	if (ret->st_uid != geteuid())
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(ANOTHER_OWNER));
	if ((ret->st_mode & 077) != 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(OPEN_TO_OTHERS));
	if (ret->st_nlink > 1)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(LINKED_TWICE));
	return LBR_OK;
}

/* A page without a block on the disk would end the process when the disk is full and the page is written. btrfs writes in place
 * only with the flag, which it accepts on an empty file; the others do not know it and need none. Several agents may do this at
 * once: all ask for the same. */
static enum lbr_error allot(int fd, const char *path, off_t size, struct lbr_reason *reason)
{
	int flags = 0, saved_errno;

	if (size >= (off_t)sizeof(struct lbr_turns_page))
		return LBR_OK;
	if (size == 0 && ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0) {
		flags |= FS_NOCOW_FL;
		(void)ioctl(fd, FS_IOC_SETFLAGS, &flags);
	}
	saved_errno = posix_fallocate(fd, 0, sizeof(struct lbr_turns_page));
	return saved_errno == 0 ? LBR_OK : lbr_fail_system(reason, saved_errno, "%s: fallocate", path);
}

static enum lbr_error map(int fd, const char *path, struct lbr_turns_page **ret, struct lbr_reason *reason)
{
	struct stat file = {.st_size = 0};
	enum lbr_error error = check(fd, path, &file, reason);
	void *page;

	if (error == LBR_OK)
		error = allot(fd, path, file.st_size, reason);
	if (error != LBR_OK)
		return error;
	page = mmap(NULL, sizeof(struct lbr_turns_page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		return lbr_fail_system(reason, errno, "%s: mmap", path);
	*ret = page;
	return LBR_OK;
}

static enum lbr_error open_page(const char *state_dir, struct lbr_turns_page **ret, struct lbr_reason *reason)
{
	char path[LBR_PATH_MAX + sizeof(TURNS_FILE) + 1];
	enum lbr_error error;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", state_dir, TURNS_FILE);
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	if (fd < 0 && errno == ELOOP)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(LINK_ON_PATH));
	if (fd < 0 && (errno == EISDIR || errno == ENXIO || errno == ENODEV))
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(NOT_REGULAR));
	if (fd < 0)
		return lbr_fail_system(reason, errno, "%s: open", path);
	error = map(fd, path, ret, reason);
	close(fd);
	return error;
}

enum lbr_error lbr_turns_open(const char *state_dir, unsigned processors, struct lbr_turns **ret, struct lbr_reason *reason)
{
	struct lbr_turns *turns = calloc(1, sizeof(*turns));
	enum lbr_error error;

	*ret = NULL;
	if (turns == NULL)
		return lbr_fail_bare(reason, LBR_ERR_MEMORY);
	turns->pid = getpid();
	set_reach(turns, processors > 0 ? processors : count_processors());
	error = open_page(state_dir, &turns->page, reason);
	if (error == LBR_OK)
		*ret = turns;
	else
		free(turns);
	return error;
}

void lbr_turns_close(struct lbr_turns *turns)
{
	if (turns == NULL)
		return;
	(void)munmap(turns->page, sizeof(*turns->page));
	free(turns);
}

unsigned lbr_turns_of(const struct lbr_turns *turns, enum lbr_turn_class class)
{
	return turns->reach[class];
}
