/* Every account, shard by shard, in constant memory. */
#include "file_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct account_listing {
	struct lbr_file_store *store;
	lbr_store_each        *each;
	void                  *context;
	bool                   stopped;
};

/* Without a lock: a slot that is being written does not verify, and then the other one is read. */
static enum lbr_error read_counters(const struct account_listing *listing, const struct lbr_account_path *path,
                                    struct lbr_counters *counters, struct lbr_reason *reason)
{
	struct lbr_slots slots;
	enum lbr_error error;
	int fd;

	error = lbr_account_path_open(listing->store, LBR_TREE_COUNTERS, path, O_RDONLY, &fd, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_slots_read(fd, path, listing->store->keyring, &slots, counters, reason);
	close(fd);
	return error;
}

static void tell_foreign(struct account_listing *listing, const char *shard)
{
	struct lbr_reason reason;
	char where[32];

	snprintf(where, sizeof(where), "accounts/%s", shard);
	lbr_fail_at(&reason, LBR_ERR_DAMAGED, where, LBR_WHY(STRAY_FILE));
	listing->stopped = listing->each(listing->context, "", NULL, NULL, &reason) != 0;
}

static void tell(struct account_listing *listing, const char *shard, const char *file)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_account account;
	struct lbr_counters counters;
	struct lbr_account_path path;
	enum lbr_error error, counters_error = LBR_ERR_ABSENT;
	char name[LBR_NAME_MAX + 1];

	if (lbr_name_decode(file, name) != LBR_OK || lbr_account_path_of(name, &path) != LBR_OK ||
	    strcmp(path.shard, shard) != 0) {
		tell_foreign(listing, shard);
		return;
	}
	memset(&account, 0, sizeof(account));
	error = lbr_account_path_read_account(listing->store, &path, &account, &reason);
	if (error == LBR_ERR_ABSENT)
		return; /* removed since its name was read */
	if (error == LBR_OK)
		counters_error = read_counters(listing, &path, &counters, &reason);
	listing->stopped = listing->each(listing->context, name, error == LBR_OK ? &account : NULL,
	                                 counters_error == LBR_OK ? &counters : NULL, &reason) != 0;
	lbr_account_wipe(&account);
}

static enum lbr_error list_shard(struct account_listing *listing, const char *shard, struct lbr_reason *reason)
{
	const struct dirent *entry;
	enum lbr_error error;
	DIR *directory;
	int fd;

	error = lbr_shard_open(listing->store, LBR_TREE_ACCOUNTS, shard, &fd, reason);
	if (error != LBR_OK)
		return error;
	directory = fdopendir(fd);
	if (directory == NULL) {
		error = lbr_fail_system(reason, errno, "accounts/%s", shard);
		close(fd);
		return error;
	}
	errno = 0;
	while (!listing->stopped && (entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] != '.') /* account files never begin with a dot; temporary files do */
			tell(listing, shard, entry->d_name);
		errno = 0;
	}
	if (!listing->stopped && errno != 0)
		error = lbr_fail_system(reason, errno, "accounts/%s: read", shard);
	closedir(directory); /* closes `fd` too */
	return error;
}

/* A shard that cannot be read does not keep the others off the list, but the list is then reported as incomplete. */
enum lbr_error lbr_file_store_list(struct lbr_store *base, lbr_store_each *each, void *context,
                                   struct lbr_reason *reason)
{
	struct account_listing listing = { .store = (struct lbr_file_store *)base, .each = each, .context = context };
	enum lbr_error first = LBR_OK, error;
	struct lbr_reason its_reason = { .text = "" };
	char shard[3];
	unsigned i;

	for (i = 0; i < LBR_SHARDS && !listing.stopped; i++) {
		snprintf(shard, sizeof(shard), "%02x", i & 0xff);
		error = list_shard(&listing, shard, &its_reason);
		if (error == LBR_OK || first != LBR_OK)
			continue;
		first = error;
		if (reason != NULL)
			*reason = its_reason;
	}
	return first;
}
