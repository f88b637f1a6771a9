/* What a process that died with a mutex was writing, made durable before anything is built on it: a page that only memory holds
 * would otherwise be the only trace of the last commit while the next one is written over the one before. Once a death. */
#include "file_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static enum lbr_error sync_open(int fd, const char *name, struct lbr_reason *reason)
{
	return fsync(fd) == 0 ? LBR_OK : lbr_fail_system(reason, errno, "%s: fsync", name);
}

/* Removed or damaged: the next reader reports that. A lack of descriptors or memory passes, and settles nothing. */
static bool is_for_the_reader(enum lbr_error error)
{
	return error != LBR_ERR_SYSTEM && error != LBR_ERR_MEMORY;
}

/* The counters are written again, because a page whose sync failed once counts as clean, and no sync writes it. */
static enum lbr_error refresh_counters(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                       struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	error = lbr_slots_open(store, path, O_RDWR, &fd, reason);
	if (error != LBR_OK)
		return is_for_the_reader(error) ? LBR_OK : error;
	error = lbr_slots_refresh(fd, path, reason);
	close(fd);
	return error;
}

static enum lbr_error sync_file(int shard, const char *file, struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	error = lbr_file_open_own(shard, file, O_RDONLY, &fd, reason);
	if (error != LBR_OK)
		return is_for_the_reader(error) ? LBR_OK : error;
	error = sync_open(fd, file, reason);
	close(fd);
	return error;
}

/* One file of a tree, if there is one, and the directory that it was renamed into or removed from. */
static enum lbr_error sync_in(const struct lbr_file_store *store, enum lbr_tree tree, const struct lbr_account_path *path,
                              struct lbr_reason *reason)
{
	enum lbr_error error;
	int shard;

	error = lbr_shard_open(store, tree, path->shard, &shard, reason);
	if (error != LBR_OK)
		return is_for_the_reader(error) ? LBR_OK : error;
	if (path->file[0] != '\0')
		error = sync_file(shard, path->file, reason);
	if (error == LBR_OK)
		error = sync_open(shard, path->shard, reason);
	close(shard);
	return error;
}

enum lbr_error lbr_file_settle(void *context, const char *kind, const char *name, struct lbr_reason *reason)
{
	const bool whole_shard = strcmp(kind, LBR_SHARD_MUTEX) == 0;
	const struct lbr_file_store *store = context;
	struct lbr_account_path path = {.shard = ""};
	enum lbr_error error = LBR_OK;
	int tree;

	(void)stpncpy(path.shard, whole_shard ? name : kind, sizeof(path.shard) - 1);
	(void)stpncpy(path.name, name, sizeof(path.name) - 1);
	if (!whole_shard && lbr_name_encode(name, path.file) == LBR_OK)
		error = refresh_counters(store, &path, reason);
	for (tree = 0; tree < LBR_TREES && error == LBR_OK; tree++)
		error = sync_in(store, (enum lbr_tree)tree, &path, reason);
	return error;
}
