/* Removes an account, or gives it new counters. Both work on a damaged one. */
#include "file_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

/* Waits until no other process is between lock and commit, and keeps others out. Counters that cannot be opened or checked
 * protect nothing, so they are no obstacle; `*ret_fd` is then -1. Closing it releases the lock. */
static enum lbr_error keep_others_out(const struct lbr_file_store *store, const struct lbr_account_path *path, int *ret_fd,
                                      struct lbr_reason *reason)
{
	enum lbr_error error = lbr_account_path_open(store, LBR_TREE_COUNTERS, path, O_RDWR, ret_fd, reason);

	if (error != LBR_OK)
		return error == LBR_ERR_SYSTEM ? error : LBR_OK;
	error = lbr_file_lock(*ret_fd, 0, LBR_COUNTERS_FILE_LEN, store->base.deadline, path->file, reason);
	if (error == LBR_OK)
		return LBR_OK;
	close(*ret_fd);
	*ret_fd = -1;
	return error;
}

/* Removes the file from one tree, durably. */
static enum lbr_error remove_from(const struct lbr_file_store *store, enum lbr_tree tree, const struct lbr_account_path *path,
                                  bool *ret_any, struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	error = lbr_shard_open(store, tree, path->shard, &fd, reason);
	if (error != LBR_OK)
		return error;
	if (unlinkat(fd, path->file, 0) == 0)
		*ret_any = true;
	else if (errno != ENOENT)
		error = lbr_fail_system(reason, errno, "%s/%s/%s: remove", lbr_tree_names[tree], path->shard, path->file);
	if (error == LBR_OK && fsync(fd) != 0)
		error = lbr_fail_system(reason, errno, "%s/%s: fsync", lbr_tree_names[tree], path->shard);
	close(fd);
	return error;
}

/* Removes the account first: from then on it cannot sign in, whatever happens to the rest. */
static enum lbr_error remove_all(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                 struct lbr_reason *reason)
{
	static const enum lbr_tree order[] = { LBR_TREE_ACCOUNTS, LBR_TREE_HISTORY, LBR_TREE_COUNTERS };
	enum lbr_error error;
	bool any = false;
	int others;
	size_t i;

	error = keep_others_out(store, path, &others, reason);
	for (i = 0; error == LBR_OK && i < LBR_TREES; i++)
		error = remove_from(store, order[i], path, &any, reason);
	if (others >= 0)
		close(others);
	if (error == LBR_OK && !any)
		error = lbr_fail_at(reason, LBR_ERR_ABSENT, path->name, LBR_WHY(NO_ACCOUNT));
	return error;
}

enum lbr_error lbr_file_store_remove(struct lbr_store *base, const char *name, struct lbr_reason *reason)
{
	const struct lbr_file_store *store = (struct lbr_file_store *)base;
	struct lbr_account_path path;
	enum lbr_error error;
	int lock;

	error = lbr_account_path_of(name, &path);
	if (error != LBR_OK)
		return lbr_fail(reason, error == LBR_ERR_MEMORY ? error : LBR_ERR_ABSENT, LBR_WHY(NO_SUCH_NAME));
	error = lbr_shard_lock(store, path.shard, &lock, reason);
	if (error != LBR_OK)
		return error;
	error = remove_all(store, &path, reason);
	close(lock);
	return error;
}

/* In place, slot by slot, which works on a full disk; at any moment a reader finds one of them intact. */
static enum lbr_error rewrite(int fd, const struct lbr_account_path *path, const struct lbr_keyring *keyring,
                              const struct lbr_counters *counters, struct lbr_reason *reason)
{
	struct lbr_counters old;
	struct lbr_slots slots;
	enum lbr_error error;
	int i;

	error = lbr_slots_read(fd, path, keyring, &slots, &old, reason);
	if (error == LBR_ERR_DAMAGED)
		error = LBR_OK; /* `slots` is zero, so the first one is written first */
	for (i = 0; error == LBR_OK && i < 2; i++)
		error = lbr_slots_write(fd, path, keyring, &slots, counters, reason);
	return error;
}

/* For counters that are missing, or whose file is not a counters file at all. */
static enum lbr_error make_anew(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                const struct lbr_counters *counters, struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	error = lbr_shard_open(store, LBR_TREE_COUNTERS, path->shard, &fd, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_slots_create(fd, path, store->keyring, counters, true, reason);
	close(fd);
	return error;
}

static enum lbr_error rebuild(const struct lbr_file_store *store, const struct lbr_account_path *path,
                              const struct lbr_counters *counters, struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	error = lbr_account_path_open(store, LBR_TREE_ACCOUNTS, path, O_RDONLY, &fd, reason);
	if (error != LBR_OK)
		return error;
	close(fd);
	error = lbr_account_path_open(store, LBR_TREE_COUNTERS, path, O_RDWR, &fd, reason);
	if (error == LBR_OK) {
		error = lbr_counters_lock(store, fd, path, reason);
		if (error == LBR_OK)
			error = rewrite(fd, path, store->keyring, counters, reason);
		close(fd);
		if (error != LBR_ERR_DAMAGED && error != LBR_ERR_UNSAFE)
			return error;
	} else if (error == LBR_ERR_SYSTEM) {
		return error;
	}
	return make_anew(store, path, counters, reason);
}

enum lbr_error lbr_file_store_rebuild_counters(struct lbr_store *base, const char *name,
                                               const struct lbr_counters *counters, struct lbr_reason *reason)
{
	const struct lbr_file_store *store = (struct lbr_file_store *)base;
	struct lbr_account_path path;
	enum lbr_error error;
	int lock;

	error = lbr_account_path_of(name, &path);
	if (error != LBR_OK)
		return lbr_fail(reason, error == LBR_ERR_MEMORY ? error : LBR_ERR_ABSENT, LBR_WHY(NO_SUCH_NAME));
	error = lbr_shard_lock(store, path.shard, &lock, reason);
	if (error != LBR_OK)
		return error;
	error = rebuild(store, &path, counters, reason);
	close(lock);
	return error;
}
