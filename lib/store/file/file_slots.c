/* The counters file: two copies written in place, so that a full disk locks no one out and a torn write costs nothing. */
#include "file_store.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_LEN (LBR_SLOT_STRIDE + LBR_SLOT_LEN)

static enum lbr_error in_counters(enum lbr_error error, const struct lbr_account_path *path, struct lbr_reason *reason)
{
	char where[sizeof("counters//") + sizeof(path->shard) + sizeof(path->file)];

	snprintf(where, sizeof(where), "counters/%s/%s", path->shard, path->file);
	lbr_reason_prefix(reason, where);
	return error;
}

/* How to repair the file, in two words for a sentence: a verb, and the name of the account. */
static const char *repair(const struct lbr_account_path *path)
{
	return strcmp(path->shard, LBR_DECOY_SHARD) == 0 ? "init" : "unlock --rebuild ";
}

static const char *whose(const struct lbr_account_path *path)
{
	return strcmp(path->shard, LBR_DECOY_SHARD) == 0 ? "" : path->name;
}

enum lbr_error lbr_counters_missing(const struct lbr_account_path *path, struct lbr_reason *reason)
{
	return in_counters(lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(COUNTERS_MISSING), repair(path), whose(path)), path, reason);
}

enum lbr_error lbr_slots_open(const struct lbr_file_store *store, const struct lbr_account_path *path, int flags, int *ret_fd,
                              struct lbr_reason *reason)
{
	enum lbr_error error = lbr_account_path_open(store, LBR_TREE_COUNTERS, path, flags, ret_fd, reason);
	struct stat st;

	if (error != LBR_OK)
		return error;
	if (fstat(*ret_fd, &st) != 0)
		error = lbr_fail_system(reason, errno, "%s: fstat", path->file);
	else if (st.st_size != LBR_COUNTERS_FILE_LEN)
		error = in_counters(lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(COUNTERS_SIZE), repair(path), whose(path)), path,
		                    reason);
	if (error == LBR_OK)
		return LBR_OK;
	close(*ret_fd);
	*ret_fd = -1;
	return error;
}

enum lbr_error lbr_slots_read(int fd, const struct lbr_account_path *path, struct lbr_row *row, struct lbr_reason *reason)
{
	unsigned char bytes[READ_LEN];
	ssize_t got;

	do
		got = pread(fd, bytes, READ_LEN, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return lbr_fail_system(reason, errno, "%s: read", path->file);
	memset(bytes + got, 0, READ_LEN - (size_t)got);
	memcpy(row->copies[0], bytes, LBR_SLOT_LEN);
	memcpy(row->copies[1], bytes + LBR_SLOT_STRIDE, LBR_SLOT_LEN);
	row->copy_count = LBR_COPIES;
	return LBR_OK;
}

static enum lbr_error write_copy(int fd, const struct lbr_account_path *path, unsigned turn, const unsigned char slot[LBR_SLOT_LEN],
                                 struct lbr_reason *reason)
{
	enum lbr_error error = lbr_file_write(fd, slot, LBR_SLOT_LEN, (off_t)turn * LBR_SLOT_STRIDE, path->file, reason);

	if (error == LBR_OK && fdatasync(fd) != 0)
		error = lbr_fail_system(reason, errno, "%s: fdatasync", path->file);
	return error;
}

enum lbr_error lbr_slots_take_back(int fd, const struct lbr_account_path *path, const struct lbr_row *row,
                                   const struct lbr_swap *swap, enum lbr_error error)
{
	return write_copy(fd, path, swap->turn, row->copies[swap->turn], NULL) == LBR_OK ? error : LBR_ERR_UNKNOWN;
}

/* A write that was refused altogether left what was there. */
static bool is_untouched(int fd, const struct lbr_account_path *path, const struct lbr_row *row, unsigned turn)
{
	struct lbr_row now;

	return lbr_slots_read(fd, path, &now, NULL) == LBR_OK && memcmp(now.copies[turn], row->copies[turn], LBR_SLOT_LEN) == 0;
}

/* What could not be synced must not count: the copy that the next writer replaces has to be this one again. */
enum lbr_error lbr_slots_write(int fd, const struct lbr_account_path *path, const struct lbr_row *row, const struct lbr_swap *swap,
                               struct lbr_reason *reason)
{
	enum lbr_error error = lbr_file_write(fd, swap->counters, LBR_SLOT_LEN, (off_t)swap->turn * LBR_SLOT_STRIDE, path->file,
	                                      reason);

	if (error != LBR_OK && is_untouched(fd, path, row, swap->turn))
		return error;
	if (error == LBR_OK && fdatasync(fd) != 0)
		error = lbr_fail_system(reason, errno, "%s: fdatasync", path->file);
	if (error != LBR_OK)
		error = lbr_slots_take_back(fd, path, row, swap, error);
	else if (swap->every_copy)
		(void)write_copy(fd, path, 1 - swap->turn, swap->counters, NULL);
	return error;
}

/* Writes both strides in full, so that no hole is left that a full disk could refuse to fill later. The file appears by
 * rename, so a reader never finds it half made; after that it is never renamed again. */
enum lbr_error lbr_slots_create(int shard_fd, const struct lbr_account_path *path, const unsigned char slot[LBR_SLOT_LEN],
                                bool sync, struct lbr_reason *reason)
{
	unsigned char bytes[LBR_COUNTERS_FILE_LEN] = {0};

	memcpy(bytes, slot, LBR_SLOT_LEN);
	memcpy(bytes + LBR_SLOT_STRIDE, slot, LBR_SLOT_LEN);
	return lbr_file_replace(shard_fd, path->file, bytes, sizeof(bytes), sync, reason);
}

enum lbr_error lbr_slots_rewrite(int fd, const struct lbr_account_path *path, const unsigned char slot[LBR_SLOT_LEN],
                                 struct lbr_reason *reason)
{
	enum lbr_error error = write_copy(fd, path, 0, slot, reason);

	return error == LBR_OK ? write_copy(fd, path, 1, slot, reason) : error;
}

enum lbr_error lbr_slots_refresh(int fd, const struct lbr_account_path *path, struct lbr_reason *reason)
{
	struct lbr_row row;
	enum lbr_error error = lbr_slots_read(fd, path, &row, reason);
	unsigned at;

	for (at = 0; at < LBR_COPIES && error == LBR_OK; at++)
		error = write_copy(fd, path, at, row.copies[at], reason);
	return error;
}
