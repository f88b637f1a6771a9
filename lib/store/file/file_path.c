/* From a name to its files. */
#include "file_store.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum lbr_error lbr_account_path_of(const char *name, struct lbr_account_path *ret)
{
	enum lbr_error error;

	memset(ret, 0, sizeof(*ret));
	error = lbr_name_encode(name, ret->file);
	if (error == LBR_OK)
		error = lbr_name_shard(name, ret->shard);
	if (error != LBR_OK)
		return error;
	memcpy(ret->name, name, strlen(name)); /* at most LBR_NAME_MAX: it was checked */
	return LBR_OK;
}

void lbr_account_path_of_decoy(uint8_t number, struct lbr_account_path *ret)
{
	memset(ret, 0, sizeof(*ret));
	memcpy(ret->shard, LBR_DECOY_SHARD, sizeof(LBR_DECOY_SHARD));
	snprintf(ret->file, sizeof(ret->file), "%02x", number);
	snprintf(ret->name, sizeof(ret->name), "%02x", number);
}

enum lbr_error lbr_account_path_of_place(const struct lbr_place *place, struct lbr_account_path *ret, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_OK;

	if (place->decoy)
		lbr_account_path_of_decoy(place->number, ret);
	else
		error = lbr_account_path_of(place->name, ret);
	if (error == LBR_ERR_MEMORY)
		return lbr_fail(reason, error, LBR_WHY(NO_MEMORY_TO_FIND));
	return error == LBR_OK ? LBR_OK : lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SUCH_NAME));
}

static void prefix(struct lbr_reason *reason, enum lbr_tree tree, const char *shard)
{
	char where[32];

	snprintf(where, sizeof(where), "%s/%s", lbr_tree_names[tree], shard);
	lbr_reason_prefix(reason, where);
}

enum lbr_error lbr_shard_open(const struct lbr_file_store *store, enum lbr_tree tree, const char *shard, int *ret_fd,
                              struct lbr_reason *reason)
{
	enum lbr_error error = lbr_file_open_dir(store->trees[tree], shard, true, ret_fd, reason);

	/* All shards exist once the store is laid out: a missing one took accounts with it, and their owners must not pass
	 * for unknown. */
	if (error == LBR_ERR_ABSENT)
		error = lbr_fail_at(reason, LBR_ERR_DAMAGED, shard, LBR_WHY(SHARD_GONE));
	if (error != LBR_OK)
		lbr_reason_prefix(reason, lbr_tree_names[tree]);
	return error;
}

enum lbr_error lbr_account_path_open(const struct lbr_file_store *store, enum lbr_tree tree, const struct lbr_account_path *path,
                              int flags, int *ret_fd, struct lbr_reason *reason)
{
	enum lbr_error error;
	int shard_fd;

	*ret_fd = -1;
	error = lbr_shard_open(store, tree, path->shard, &shard_fd, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_file_open_own(shard_fd, path->file, flags, ret_fd, reason);
	close(shard_fd);
	if (error != LBR_OK)
		prefix(reason, tree, path->shard);
	return error;
}

enum lbr_error lbr_account_path_read(const struct lbr_file_store *store, enum lbr_tree tree, const struct lbr_account_path *path,
                              char *text, size_t max, size_t *ret_len, struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	*ret_len = 0;
	error = lbr_account_path_open(store, tree, path, O_RDONLY, &fd, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_file_read(fd, text, max, ret_len, path->file, reason);
	close(fd);
	if (error != LBR_OK)
		prefix(reason, tree, path->shard);
	return error;
}

enum lbr_error lbr_account_path_replace(const struct lbr_file_store *store, enum lbr_tree tree, const struct lbr_account_path *path,
                                 const char *text, size_t len, struct lbr_reason *reason)
{
	enum lbr_error error;
	int shard_fd;

	error = lbr_shard_open(store, tree, path->shard, &shard_fd, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_file_replace(shard_fd, path->file, text, len, true, reason);
	close(shard_fd);
	if (error != LBR_OK)
		prefix(reason, tree, path->shard);
	return error;
}
