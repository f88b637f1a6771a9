/* The names alone: what the files of all shards are called. No record is read, and nothing is locked or written. */
#include "file_store.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

/* False: `each` has enough. */
static bool tell_shard(int fd, lbr_store_name *each, void *context)
{
	DIR *directory = fdopendir(fd);
	char name[LBR_NAME_MAX + 1];
	const struct dirent *entry;
	bool goes_on = true;

	if (directory == NULL) {
		close(fd);
		return true;
	}
	while (goes_on && (entry = readdir(directory)) != NULL)
		if (lbr_name_decode(entry->d_name, name) == LBR_OK)
			goes_on = each(context, name) == 0;
	closedir(directory); /* closes `fd` too */
	return goes_on;
}

void lbr_file_names(const char *path, lbr_store_name *each, void *context)
{
	int root, accounts = -1, fd;
	bool goes_on = lbr_file_store_open_root(path, &root, NULL) == LBR_OK &&
	               lbr_file_open_dir(root, lbr_tree_names[LBR_TREE_ACCOUNTS], true, &accounts, NULL) == LBR_OK;
	unsigned shard;
	char name[4];

	for (shard = 0; goes_on && shard < LBR_SHARDS; shard++) {
		snprintf(name, sizeof(name), "%02x", shard & 0xff);
		if (lbr_file_open_dir(accounts, name, true, &fd, NULL) == LBR_OK)
			goes_on = tell_shard(fd, each, context);
	}
	if (accounts >= 0)
		close(accounts);
	if (root >= 0)
		close(root);
}
