/* The file behind the shared page. Any content is good: nothing in it is believed for long (turns.h). */
#include "turns_page.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/own_file.h>
#include <liberations/processors.h>

#define TURNS_FILE "turns"
#define TURNS_MIN 3 /* one for each class */

static void set_reach(struct lbr_turns *turns, unsigned processors)
{
	unsigned most = processors < LBR_TURNS_MAX / 2 ? 2 * processors : LBR_TURNS_MAX;

	if (most < TURNS_MIN)
		most = TURNS_MIN;
	turns->reach[LBR_TURN_OTHERS] = most / 2;
	turns->reach[LBR_TURN_ROOT] = most - 1;
	turns->reach[LBR_TURN_CONSOLE] = most;
}

/* A page without a block on the disk would end the process when the disk is full and the page is written. Several agents may do
 * this at once: all ask for the same. */
static enum lbr_error allot(int fd, struct lbr_reason *reason)
{
	int saved_errno;
	struct stat file;

	if (fstat(fd, &file) != 0)
		return lbr_fail_system(reason, errno, "%s: fstat", TURNS_FILE);
	if (file.st_size >= (off_t)sizeof(struct lbr_turns_page))
		return LBR_OK;
	if (file.st_size == 0)
		lbr_file_ask_in_place(fd);
	saved_errno = posix_fallocate(fd, 0, sizeof(struct lbr_turns_page));
	return saved_errno == 0 ? LBR_OK : lbr_fail_system(reason, saved_errno, "%s: fallocate", TURNS_FILE);
}

static enum lbr_error map(int fd, struct lbr_turns_page **ret, struct lbr_reason *reason)
{
	enum lbr_error error = allot(fd, reason);
	void *page;

	if (error != LBR_OK)
		return error;
	page = mmap(NULL, sizeof(struct lbr_turns_page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		return lbr_fail_system(reason, errno, "%s: mmap", TURNS_FILE);
	*ret = page;
	return LBR_OK;
}

static enum lbr_error open_page(const char *state_dir, struct lbr_turns_page **ret, struct lbr_reason *reason)
{
	enum lbr_error error;
	int dirfd, fd;

	error = lbr_file_open_dir(AT_FDCWD, state_dir, false, &dirfd, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_file_open_own(dirfd, TURNS_FILE, O_RDWR | O_CREAT, &fd, reason);
	close(dirfd);
	if (error != LBR_OK)
		return error;
	error = map(fd, ret, reason);
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
	/* If somebody started this process with fewer than the machine has, that takes turns from it alone. */
	set_reach(turns, processors > 0 ? processors : lbr_processors());
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
