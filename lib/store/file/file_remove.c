/* Removes an account, or gives it new counters. Both work on a damaged one. */
#include "file_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

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
	enum lbr_error error = LBR_OK;
	bool any = false;
	size_t i;

	for (i = 0; error == LBR_OK && i < LBR_TREES; i++)
		error = remove_from(store, order[i], path, &any, reason);
	if (error == LBR_OK && !any)
		error = lbr_fail_at(reason, LBR_ERR_ABSENT, path->name, LBR_WHY(NO_ACCOUNT));
	return error;
}

/* Keeps both kinds of others out: those who create and remove accounts of this shard, and those who commit to this one. */
struct exclusion {
	unsigned shard, record;
};

static enum lbr_error keep_others_out(const struct lbr_file_store *store, const char *name, struct lbr_account_path *path,
                                      struct exclusion *ret, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_account_path_of(name, path);

	if (error != LBR_OK)
		return lbr_fail(reason, error == LBR_ERR_MEMORY ? error : LBR_ERR_ABSENT, LBR_WHY(NO_SUCH_NAME));
	error = lbr_shard_lock(store, path->shard, &ret->shard, reason);
	if (error != LBR_OK)
		return error;
	lbr_mutex_set_late(store->mutexes, ret->shard, LBR_LATE_WAITING_MS);
	error = lbr_record_lock(store, path, &ret->record, reason);
	if (error != LBR_OK) {
		lbr_lock_give(store, ret->shard);
		return error;
	}
	lbr_mutex_set_late(store->mutexes, ret->record, LBR_LATE_WRITING_MS);
	return LBR_OK;
}

static void let_others_in(const struct lbr_file_store *store, const struct exclusion *exclusion)
{
	lbr_lock_give(store, exclusion->record);
	lbr_lock_give(store, exclusion->shard);
}

enum lbr_error lbr_file_remove_account(struct lbr_store *base, const char *name, struct lbr_reason *reason)
{
	const struct lbr_file_store *store = (struct lbr_file_store *)base;
	struct exclusion exclusion;
	struct lbr_account_path path;
	enum lbr_error error;

	error = keep_others_out(store, name, &path, &exclusion, reason);
	if (error != LBR_OK)
		return error;
	error = remove_all(store, &path, reason);
	let_others_in(store, &exclusion);
	return error;
}

/* For counters that are missing, or whose file is not a counters file at all. */
static enum lbr_error make_anew(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                const unsigned char slot[LBR_SLOT_LEN], struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	error = lbr_shard_open(store, LBR_TREE_COUNTERS, path->shard, &fd, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_slots_create(fd, path, slot, true, reason);
	close(fd);
	return error;
}

/* In place where that is possible, because it works on a full disk. */
static enum lbr_error rebuild(const struct lbr_file_store *store, const struct lbr_account_path *path,
                              const unsigned char slot[LBR_SLOT_LEN], struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	error = lbr_account_path_open(store, LBR_TREE_ACCOUNTS, path, O_RDONLY, &fd, reason);
	if (error != LBR_OK)
		return error;
	close(fd);
	error = lbr_slots_open(store, path, O_RDWR, &fd, reason);
	if (error == LBR_OK) {
		error = lbr_slots_rewrite(fd, path, slot, reason);
		close(fd);
		return error;
	}
	return error == LBR_ERR_SYSTEM ? error : make_anew(store, path, slot, reason);
}

enum lbr_error lbr_file_rebuild_counters(struct lbr_store *base, const char *name, const unsigned char slot[LBR_SLOT_LEN],
                                         struct lbr_reason *reason)
{
	const struct lbr_file_store *store = (struct lbr_file_store *)base;
	struct exclusion exclusion;
	struct lbr_account_path path;
	enum lbr_error error;

	error = keep_others_out(store, name, &path, &exclusion, reason);
	if (error != LBR_OK)
		return error;
	error = rebuild(store, &path, slot, reason);
	let_others_in(store, &exclusion);
	return error;
}
