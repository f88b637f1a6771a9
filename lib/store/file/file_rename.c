/* Another name for an account: its file moves from one shard to another, in one step that no crash can halve. What the new name
 * needs besides is there before, and what the old one leaves is removed after. */
#include "file_store.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MUTEXES 4 /* two shards, two records */

struct names {
	struct lbr_account_path from, to;
};

struct held_mutexes {
	unsigned held[MUTEXES], count;
};

static void give_all(const struct lbr_file_store *store, const struct held_mutexes *mutexes, bool settled)
{
	unsigned at;

	for (at = mutexes->count; at > 0; at--)
		if (settled)
			lbr_lock_give(store, mutexes->held[at - 1]);
		else
			lbr_lock_abandon(store, mutexes->held[at - 1]);
}

/* Everybody takes mutexes in the order of their numbers, so two renames never wait for each other; a mutex that both names share is
 * taken once, and noted for the new one, which is what a crash leaves to be settled. */
static enum lbr_error take_next(const struct lbr_file_store *store, const struct names *names, struct held_mutexes *mutexes,
                                bool *ret_more, struct lbr_reason *reason)
{
	const struct lbr_account_path *paths[] = { &names->to, &names->from };
	unsigned lowest = 0, number, at, chosen = MUTEXES;
	enum lbr_error error;

	for (at = 0; at < MUTEXES; at++) {
		number = at < 2 ? lbr_shard_lock_number(store, paths[at]->shard) : lbr_record_lock_number(store, paths[at - 2]);
		if ((mutexes->count == 0 || number > mutexes->held[mutexes->count - 1]) && (chosen == MUTEXES || number < lowest)) {
			lowest = number;
			chosen = at;
		}
	}
	*ret_more = chosen < MUTEXES;
	if (!*ret_more)
		return LBR_OK;
	error = chosen < 2 ? lbr_shard_lock(store, paths[chosen]->shard, &number, reason) :
	                     lbr_record_lock(store, paths[chosen - 2], &number, reason);
	if (error != LBR_OK)
		return error;
	lbr_mutex_set_late(store->mutexes, number, LBR_LATE_WAITING_MS);
	mutexes->held[mutexes->count++] = number;
	return LBR_OK;
}

static enum lbr_error take_all(const struct lbr_file_store *store, const struct names *names, struct held_mutexes *mutexes,
                               struct lbr_reason *reason)
{
	enum lbr_error error;
	bool more = true;

	mutexes->count = 0;
	do
		error = take_next(store, names, mutexes, &more, reason);
	while (error == LBR_OK && more);
	if (error != LBR_OK)
		give_all(store, mutexes, true);
	return error;
}

static enum lbr_error sync_shard(int fd, const char *shard, struct lbr_reason *reason)
{
	if (fsync(fd) == 0)
		return LBR_OK;
	lbr_fail_system_at(reason, errno, shard, LBR_WHY(SYNCING_PARENT));
	return LBR_ERR_UNKNOWN;
}

/* The change itself. LBR_ERR_UNKNOWN: made, and perhaps not durable. */
static enum lbr_error move_file(const struct lbr_file_store *store, const struct names *names, struct lbr_reason *reason)
{
	int from = -1, to = -1;
	enum lbr_error error = lbr_shard_open(store, LBR_TREE_ACCOUNTS, names->from.shard, &from, reason);

	if (error == LBR_OK)
		error = lbr_shard_open(store, LBR_TREE_ACCOUNTS, names->to.shard, &to, reason);
	if (error == LBR_OK && renameat(from, names->from.file, to, names->to.file) != 0)
		error = lbr_fail_system(reason, errno, "%s: rename", names->to.file);
	if (error == LBR_OK)
		error = sync_shard(to, names->to.shard, reason);
	if (error == LBR_OK)
		error = sync_shard(from, names->from.shard, reason);
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	return error;
}

/* As far as possible: the account of the old name is sound in either text, and what was written for the new name is none. */
static void take_back(const struct lbr_file_store *store, const struct names *names, const struct lbr_row *row)
{
	(void)lbr_account_path_replace(store, LBR_TREE_ACCOUNTS, &names->from, row->account, row->account_len, NULL);
	(void)lbr_file_clear_beside(store, &names->to, NULL);
}

/* Without what the old name leaves, nobody can take that name for one that is half removed; the next call tries again. */
static void clear_old(const struct lbr_file_store *store, const struct names *names, struct lbr_renaming *renaming)
{
	renaming->leaves = lbr_file_clear_beside(store, &names->from, NULL) != LBR_OK;
}

static enum lbr_error move_record(const struct lbr_file_store *store, const struct names *names, const struct lbr_row *row,
                                  const struct lbr_swap *swap, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_file_write_beside(store, &names->to, swap, reason);

	if (error == LBR_OK)
		error = lbr_account_path_replace(store, LBR_TREE_ACCOUNTS, &names->from, swap->account, swap->account_len, reason);
	if (error == LBR_ERR_UNKNOWN)
		error = LBR_ERR_SYSTEM;
	if (error == LBR_OK)
		error = move_file(store, names, reason);
	if (error != LBR_OK && error != LBR_ERR_UNKNOWN)
		take_back(store, names, row);
	return error;
}

static enum lbr_error rename_locked(const struct lbr_file_store *store, const struct names *names, struct lbr_renaming *renaming,
                                    struct lbr_reason *reason)
{
	struct lbr_row row = {.account_len = 0};
	struct lbr_swap swap = {.parts = LBR_PART_NONE};
	enum lbr_error error = lbr_file_read_row(store, &names->from, false, true, &row, reason);
	bool is_done = error == LBR_ERR_ABSENT && lbr_file_read_row(store, &names->to, false, false, &row, NULL) == LBR_OK &&
	               renaming->is_done(renaming, &row);

	if (error == LBR_OK)
		error = lbr_file_find_look_alike(store, &names->to, names->from.name, reason);
	if (error == LBR_OK)
		error = renaming->judge(renaming, &row, &swap, reason);
	if (error == LBR_OK && !renaming->dry)
		error = move_record(store, names, &row, &swap, reason);
	if ((error == LBR_OK || is_done) && !renaming->dry)
		clear_old(store, names, renaming);
	lbr_wipe(&row, sizeof(row));
	lbr_wipe(&swap, sizeof(swap));
	return is_done ? LBR_OK : error;
}

static enum lbr_error path_of(const char *name, struct lbr_account_path *ret, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_account_path_of(name, ret);

	return error == LBR_OK ? LBR_OK : lbr_fail(reason, error, LBR_WHY(NO_MEMORY_TO_FIND));
}

enum lbr_error lbr_file_rename(struct lbr_store *base, struct lbr_renaming *renaming, struct lbr_reason *reason)
{
	const struct lbr_file_store *store = (struct lbr_file_store *)base;
	struct names names;
	struct held_mutexes mutexes;
	enum lbr_error error = path_of(renaming->from, &names.from, reason);

	if (error == LBR_OK)
		error = path_of(renaming->to, &names.to, reason);
	if (error == LBR_OK)
		error = take_all(store, &names, &mutexes, reason);
	if (error != LBR_OK)
		return error;
	error = rename_locked(store, &names, renaming, reason);
	give_all(store, &mutexes, error != LBR_ERR_UNKNOWN);
	return error;
}
