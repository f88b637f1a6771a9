/* The file of the table of sessions. */
#include "table_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <liberations/own_file.h>

#include "keeper_log.h"

#define SETTLE_MS 1000

/* The first keeper makes the file; one that was made meanwhile is as good. */
static enum lbr_error open_file(int directory, int *ret_fd, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_file_open_own(directory, LBR_TABLE_NAME, O_RDWR, ret_fd, reason);

	if (error != LBR_ERR_ABSENT)
		return error;
	error = lbr_file_openat(directory, LBR_TABLE_NAME, O_RDWR | O_CREAT | O_EXCL, true, ret_fd, reason);
	if (error == LBR_OK)
		lbr_file_ask_in_place(*ret_fd);
	return error == LBR_ERR_EXISTS ? lbr_file_open_own(directory, LBR_TABLE_NAME, O_RDWR, ret_fd, reason) : error;
}

/* How many slots the file shall have: as many as wanted, but never fewer than it has. */
static enum lbr_error count_slots(int fd, uint32_t wanted, uint32_t *ret, struct lbr_reason *reason)
{
	struct stat file;

	*ret = wanted;
	if (fstat(fd, &file) != 0)
		return lbr_fail_system(reason, errno, LBR_TABLE_NAME ": fstat");
	if (file.st_size / LBR_SESSION_SLOT_LEN > LBR_TABLE_SLOTS_MAX)
		return lbr_fail_at(reason, LBR_ERR_RANGE, LBR_TABLE_NAME, LBR_WHY(PORTAL_TABLE_SIZE));
	if (file.st_size / LBR_SESSION_SLOT_LEN > wanted)
		*ret = (uint32_t)(file.st_size / LBR_SESSION_SLOT_LEN);
	return LBR_OK;
}

static enum lbr_error map(struct lbr_table_file *file, uint32_t count, struct lbr_reason *reason)
{
	int failed;

	file->len = (size_t)count * LBR_SESSION_SLOT_LEN;
	failed = posix_fallocate(file->fd, 0, (off_t)file->len);
	if (failed != 0)
		return lbr_fail_system(reason, failed, LBR_TABLE_NAME ": fallocate");
	file->slots = mmap(NULL, file->len, PROT_READ | PROT_WRITE, MAP_SHARED, file->fd, 0);
	if (file->slots == MAP_FAILED) {
		file->slots = NULL;
		return lbr_fail_system(reason, errno, LBR_TABLE_NAME ": mmap");
	}
	file->memory = malloc(lbr_session_table_size(count));
	return file->memory != NULL ? LBR_OK : lbr_fail_bare(reason, LBR_ERR_MEMORY);
}

enum lbr_error lbr_table_file_open(struct lbr_table_file *ret, const char *state, uint32_t count, const struct lbr_portal_key *key,
                                   const struct lbr_session_rules *rules, unsigned *ret_damaged, struct lbr_reason *reason)
{
	enum lbr_error error;
	int directory;

	*ret = (struct lbr_table_file){ .fd = -1 };
	*ret_damaged = 0;
	error = lbr_file_open_dir(AT_FDCWD, state, false, &directory, reason);
	if (error != LBR_OK)
		return error;
	error = open_file(directory, &ret->fd, reason);
	close(directory);
	if (error == LBR_OK && flock(ret->fd, LOCK_EX | LOCK_NB) != 0)
		error = errno == EWOULDBLOCK ? lbr_fail_at(reason, LBR_ERR_BUSY, LBR_TABLE_NAME, LBR_WHY(PORTAL_TABLE_TAKEN))
		                             : lbr_fail_system(reason, errno, LBR_TABLE_NAME ": flock");
	if (error == LBR_OK)
		error = count_slots(ret->fd, count, &count, reason);
	if (error == LBR_OK)
		error = map(ret, count, reason);
	if (error == LBR_OK)
		lbr_session_table_open(&ret->table, key, rules, ret->slots, count, ret->memory, ret_damaged);
	else
		lbr_table_file_close(ret);
	return error;
}

enum lbr_error lbr_table_file_sync(struct lbr_table_file *file)
{
	int failed;

	do
		failed = fdatasync(file->fd) == 0 ? 0 : errno;
	while (failed == EINTR);

	if (failed != 0 && !file->failing)
		lbr_keeper_log(LOG_ERR, "the table of sessions cannot be written: %s; sign-outs are told to try again",
		               strerror(failed));
	if (failed == 0 && file->failing)
		lbr_keeper_log(LOG_NOTICE, "the table of sessions is written again");
	file->failing = file->unsynced = failed != 0;
	return failed == 0 ? LBR_OK : LBR_ERR_SYSTEM;
}

void lbr_table_file_settle(struct lbr_table_file *file, int64_t now_ms)
{
	if (!file->unsynced || now_ms - file->settled_ms < SETTLE_MS)
		return;
	(void)lbr_table_file_sync(file);
	file->settled_ms = now_ms;
}

void lbr_table_file_close(struct lbr_table_file *file)
{
	if (file->slots != NULL)
		(void)munmap(file->slots, file->len);
	free(file->memory);
	if (file->fd >= 0)
		close(file->fd);
	*file = (struct lbr_table_file){ .fd = -1 };
}
