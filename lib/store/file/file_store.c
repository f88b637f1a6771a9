/* The file store: one directory with three trees, opened once; after that no path from outside is followed. */
#include "file_store.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <sodium.h>

const char *const lbr_tree_names[LBR_TREES] = { "accounts", "history", "counters" };

enum lbr_error lbr_file_store_open_root(const char *path, int *ret_fd, struct lbr_reason *reason)
{
	*ret_fd = -1;
	if (path[0] != '/')
		return lbr_fail_at(reason, LBR_ERR_SYNTAX, path, LBR_WHY(NOT_ABSOLUTE));
	/* Root acting as the owner would follow whatever the owner plants. */
	if (geteuid() == 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(ROOT_OPENS_NO_STORE));
	return lbr_file_open_dir(AT_FDCWD, path, false, ret_fd, reason);
}

static void close_store(struct lbr_store *base)
{
	struct lbr_file_store *store = (struct lbr_file_store *)base;
	int i;

	lbr_mutexes_close(store->mutexes);
	for (i = 0; i < LBR_TREES; i++)
		if (store->trees[i] >= 0)
			close(store->trees[i]);
	if (store->root >= 0)
		close(store->root);
	lbr_wipe(store, sizeof(*store));
	free(store);
}

const struct lbr_store_ops lbr_file_store_ops = {
	.close = close_store,
	.load = lbr_file_load,
	.commit = lbr_file_commit,
	.create = lbr_file_create,
	.is_free = lbr_file_is_free,
	.remove = lbr_file_remove_account,
	.rename = lbr_file_rename,
	.rebuild_counters = lbr_file_rebuild_counters,
	.page = lbr_file_page,
};

/* Then there is nothing to lock, because nothing can be committed; what is stored can still be read. */
static bool is_read_only(int fd)
{
	struct statvfs st;

	return fstatvfs(fd, &st) == 0 && (st.f_flag & ST_RDONLY) != 0;
}

static enum lbr_error open_trees(struct lbr_file_store *store, const char *path, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_file_store_open_root(path, &store->root, reason);
	int i;

	for (i = 0; error == LBR_OK && i < LBR_TREES; i++) {
		error = lbr_file_open_dir(store->root, lbr_tree_names[i], true, &store->trees[i], reason);
		if (error != LBR_OK)
			lbr_reason_prefix(reason, path);
	}
	if (error == LBR_ERR_ABSENT)
		return lbr_fail_at(reason, error, path, LBR_WHY(NO_STORE));
	if (error == LBR_OK && !is_read_only(store->root)) {
		error = lbr_mutexes_open(store->root, &(struct lbr_orphanage){lbr_file_settle, store}, &store->mutexes, reason);
		if (error != LBR_OK)
			lbr_reason_prefix(reason, path);
	}
	return error;
}

enum lbr_error lbr_file_store_open(const char *path, const struct lbr_keyring *keyring, int64_t (*now_s)(void),
                                   struct lbr_store **ret, struct lbr_reason *reason)
{
	struct lbr_file_store *store;
	enum lbr_error error;
	int i;

	*ret = NULL;
	if (sodium_init() < 0)
		return lbr_fail(reason, LBR_ERR_SYSTEM, LBR_WHY(NO_SODIUM));
	store = calloc(1, sizeof(*store));
	if (store == NULL)
		return lbr_fail_at(reason, LBR_ERR_MEMORY, path, LBR_WHY(NO_MEMORY));
	store->base.ops = &lbr_file_store_ops;
	store->base.keyring = keyring;
	store->base.now_s = now_s;
	store->root = -1;
	for (i = 0; i < LBR_TREES; i++)
		store->trees[i] = -1;
	error = open_trees(store, path, reason);
	if (error != LBR_OK) {
		close_store(&store->base);
		return error;
	}
	*ret = &store->base;
	return LBR_OK;
}
