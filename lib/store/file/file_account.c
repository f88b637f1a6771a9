/* Accounts are created and removed under their shard's lock, so two that look alike never exist together. */
#include "file_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* Compares one file of the shard with the new name. Skips files that do not belong to an account; `list` reports them. */
static enum lbr_error compare(const char *file, const char *name, const char *folded, const char *except, struct lbr_reason *reason)
{
	char other[LBR_NAME_MAX + 1], other_folded[LBR_NAME_FOLDED_MAX + 1];
	enum lbr_error error;

	if (file[0] == '.' || lbr_name_decode(file, other) != LBR_OK)
		return LBR_OK;
	if (strcmp(other, name) == 0)
		return lbr_fail_at(reason, LBR_ERR_EXISTS, name, LBR_WHY(EXISTS));
	if (except != NULL && strcmp(other, except) == 0)
		return LBR_OK;
	error = lbr_name_fold(other, other_folded);
	if (error == LBR_ERR_MEMORY)
		return lbr_fail_at(reason, error, name, LBR_WHY(NO_MEMORY_TO_COMPARE));
	if (error == LBR_OK && strcmp(folded, other_folded) == 0)
		return lbr_fail_at(reason, LBR_ERR_EXISTS, name, LBR_WHY(LOOK_ALIKE), other);
	return LBR_OK;
}

enum lbr_error lbr_file_find_look_alike(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                        const char *except, struct lbr_reason *reason)
{
	char folded[LBR_NAME_FOLDED_MAX + 1];
	enum lbr_error error = lbr_name_fold(path->name, folded);
	const struct dirent *entry;
	DIR *directory;
	int fd;

	if (error == LBR_OK)
		error = lbr_shard_open(store, LBR_TREE_ACCOUNTS, path->shard, &fd, reason);
	if (error != LBR_OK)
		return error;
	directory = fdopendir(fd);
	if (directory == NULL) {
		error = lbr_fail_system(reason, errno, "accounts/%s", path->shard);
		close(fd);
		return error;
	}
	errno = 0;
	while (error == LBR_OK && (entry = readdir(directory)) != NULL) {
		error = compare(entry->d_name, path->name, folded, except, reason);
		errno = 0;
	}
	if (error == LBR_OK && errno != 0)
		error = lbr_fail_system(reason, errno, "accounts/%s: read", path->shard);
	closedir(directory); /* closes `fd` too */
	return error;
}

/* Counters are written before their account and removed after it. Counters without an account are therefore what an
 * interrupted enrollment, an interrupted removal or half a restore left behind. */
static enum lbr_error find_counters(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                    struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	error = lbr_account_path_open(store, LBR_TREE_COUNTERS, path, O_RDONLY, &fd, reason);
	if (error != LBR_OK)
		return error == LBR_ERR_ABSENT ? LBR_OK : error;
	close(fd);
	return lbr_fail_at(reason, LBR_ERR_DAMAGED, path->name, LBR_WHY(COUNTERS_ALONE), path->name);
}

enum lbr_error lbr_file_is_free(struct lbr_store *base, const char *name, struct lbr_reason *reason)
{
	const struct lbr_file_store *store = (struct lbr_file_store *)base;
	struct lbr_account_path path;
	enum lbr_error error = lbr_file_need_force(store, reason);

	if (error != LBR_OK)
		return error;
	error = lbr_account_path_of(name, &path);
	if (error == LBR_ERR_MEMORY)
		return lbr_fail(reason, error, LBR_WHY(NO_MEMORY_TO_FIND));
	if (error != LBR_OK)
		return LBR_OK; /* no account can have that name */
	error = lbr_file_find_look_alike(store, &path, NULL, reason);
	return error == LBR_OK ? find_counters(store, &path, reason) : error;
}

enum lbr_error lbr_file_clear_beside(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                     struct lbr_reason *reason)
{
	static const enum lbr_tree trees[] = { LBR_TREE_HISTORY, LBR_TREE_COUNTERS };
	enum lbr_error error = LBR_OK;
	size_t i;
	int fd;

	for (i = 0; error == LBR_OK && i < 2; i++) {
		error = lbr_shard_open(store, trees[i], path->shard, &fd, reason);
		if (error != LBR_OK)
			break;
		error = lbr_file_remove(fd, path->file, reason);
		close(fd);
	}
	return error;
}

/* Removes what was written of a new account, as far as possible; the fault that led here is the one to report. False: the account
 * may exist, or come back after a power cut. */
static bool take_back(const struct lbr_file_store *store, const struct lbr_account_path *path)
{
	static const enum lbr_tree trees[] = { LBR_TREE_ACCOUNTS, LBR_TREE_HISTORY, LBR_TREE_COUNTERS };
	bool gone = true;
	size_t i;
	int fd;

	for (i = 0; i < LBR_TREES; i++) {
		if (lbr_shard_open(store, trees[i], path->shard, &fd, NULL) != LBR_OK)
			return false;
		gone = lbr_file_remove(fd, path->file, NULL) == LBR_OK && gone;
		gone = (trees[i] != LBR_TREE_ACCOUNTS || fsync(fd) == 0) && gone;
		close(fd);
	}
	return gone;
}

static enum lbr_error write_counters(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                     const struct lbr_swap *record, struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	error = lbr_shard_open(store, LBR_TREE_COUNTERS, path->shard, &fd, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_slots_create(fd, path, record->counters, true, reason);
	close(fd);
	return error;
}

/* Files that an interrupted enrollment or removal left behind must not become the new account's. */
enum lbr_error lbr_file_write_beside(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                     const struct lbr_swap *record, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_file_clear_beside(store, path, reason);

	if (error == LBR_OK)
		error = write_counters(store, path, record, reason);
	if (error == LBR_OK && (record->parts & LBR_PART_HISTORY) != 0)
		error = lbr_account_path_replace(store, LBR_TREE_HISTORY, path, record->history, record->history_len, reason);
	return error;
}

/* The account last: without it the rest is harmless, and it is not damaged for want of the rest. */
static enum lbr_error write_new(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                const struct lbr_swap *record, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_file_write_beside(store, path, record, reason);

	if (error == LBR_OK)
		error = lbr_account_path_replace(store, LBR_TREE_ACCOUNTS, path, record->account, record->account_len, reason);
	if (error != LBR_OK && !take_back(store, path))
		return LBR_ERR_UNKNOWN;
	return error == LBR_ERR_UNKNOWN ? LBR_ERR_SYSTEM : error;
}

enum lbr_error lbr_file_create(struct lbr_store *base, const char *name, const struct lbr_swap *record, struct lbr_reason *reason)
{
	const struct lbr_file_store *store = (struct lbr_file_store *)base;
	struct lbr_account_path path;
	enum lbr_error error;
	unsigned lock;

	error = lbr_account_path_of(name, &path);
	if (error != LBR_OK)
		return lbr_fail(reason, error == LBR_ERR_MEMORY ? error : LBR_ERR_SYNTAX, LBR_WHY(NO_SUCH_NAME));
	error = lbr_shard_lock(store, path.shard, &lock, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_store_need_current(base->keyring, reason);
	if (error == LBR_OK)
		error = lbr_file_find_look_alike(store, &path, NULL, reason);
	lbr_mutex_set_late(store->mutexes, lock, LBR_LATE_WRITING_MS);
	if (error == LBR_OK)
		error = write_new(store, &path, record, reason);
	lbr_lock_give(store, lock);
	return error;
}
