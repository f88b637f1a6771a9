/* An empty store: three trees of 256 shards, and the decoys. */
#include "file_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

/* Creates the directory if it is missing, opens it and checks it. */
static enum lbr_error make_dir(int parent, const char *name, int *ret_fd, struct lbr_reason *reason)
{
	*ret_fd = -1;
	if (mkdirat(parent, name, 0700) != 0 && errno != EEXIST)
		return lbr_fail_system(reason, errno, "%s: mkdir", name);
	return lbr_file_open_dir(parent, name, true, ret_fd, reason);
}

static enum lbr_error make_shards(int tree_fd, const char *tree, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_OK;
	char shard[3];
	unsigned i;
	int fd;

	for (i = 0; error == LBR_OK && i < LBR_SHARDS; i++) {
		snprintf(shard, sizeof(shard), "%02x", i & 0xff);
		error = make_dir(tree_fd, shard, &fd, reason);
		if (error == LBR_OK)
			close(fd);
		else
			lbr_reason_prefix(reason, tree);
	}
	return error;
}

/* LBR_ERR_ABSENT or _DAMAGED: it must be written again. */
static enum lbr_error check_decoy(int shard_fd, const struct lbr_account_path *path, uint8_t number,
                                  const struct lbr_keyring *keyring, struct lbr_reason *reason)
{
	struct lbr_row row;
	struct stat st;
	enum lbr_error error;
	int fd;

	error = lbr_file_open_own(shard_fd, path->file, O_RDONLY, &fd, reason);
	if (error != LBR_OK)
		return error;
	if (fstat(fd, &st) != 0)
		error = lbr_fail_system(reason, errno, "%s: fstat", path->file);
	else if (st.st_size != LBR_COUNTERS_FILE_LEN)
		error = LBR_ERR_DAMAGED;
	else
		error = lbr_slots_read(fd, path, &row, reason);
	if (error == LBR_OK)
		error = lbr_decoy_judge(keyring, number, &row, reason);
	close(fd);
	return error;
}

/* A decoy holds no data worth keeping, so a damaged one is replaced. */
static enum lbr_error make_decoy(int shard_fd, uint8_t number, const struct lbr_keyring *keyring, struct lbr_reason *reason)
{
	unsigned char slot[LBR_SLOT_LEN];
	struct lbr_account_path path;
	enum lbr_error error;

	lbr_account_path_of_decoy(number, &path);
	error = check_decoy(shard_fd, &path, number, keyring, reason);
	if (error != LBR_ERR_ABSENT && error != LBR_ERR_DAMAGED)
		return error;
	error = lbr_decoy_encode(keyring, number, slot);
	return error == LBR_OK ? lbr_slots_create(shard_fd, &path, slot, false, reason) : error;
}

static enum lbr_error make_decoys(int tree_fd, const struct lbr_keyring *keyring, struct lbr_reason *reason)
{
	enum lbr_error error;
	unsigned i;
	int fd;

	error = make_dir(tree_fd, LBR_DECOY_SHARD, &fd, reason);
	if (error != LBR_OK)
		return error;
	for (i = 0; error == LBR_OK && i < LBR_SHARDS; i++)
		error = make_decoy(fd, (uint8_t)i, keyring, reason);
	close(fd);
	return error;
}

static enum lbr_error make_tree(int root, enum lbr_tree tree, const struct lbr_keyring *keyring, struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	error = make_dir(root, lbr_tree_names[tree], &fd, reason);
	if (error != LBR_OK)
		return error;
	if (tree == LBR_TREE_COUNTERS)
		lbr_file_ask_in_place(fd);
	error = make_shards(fd, lbr_tree_names[tree], reason);
	if (error == LBR_OK && tree == LBR_TREE_COUNTERS)
		error = make_decoys(fd, keyring, reason);
	close(fd);
	return error;
}

enum lbr_error lbr_file_store_lay_out(const char *path, const struct lbr_keyring *keyring, struct lbr_reason *reason)
{
	enum lbr_error error;
	int root, i;

	if (sodium_init() < 0)
		return lbr_fail(reason, LBR_ERR_SYSTEM, LBR_WHY(NO_SODIUM));
	error = lbr_file_store_open_root(path, &root, reason);
	if (error != LBR_OK)
		return error;
	for (i = 0; error == LBR_OK && i < LBR_TREES; i++)
		error = make_tree(root, (enum lbr_tree)i, keyring, reason);
	/* Over a thousand files and directories: one sync for all of them. */
	if (error == LBR_OK && syncfs(root) != 0)
		error = lbr_fail_system(reason, errno, "%s: syncfs", path);
	close(root);
	return error;
}
