/* Reading a record. Without a lock: a copy of the counters that is being written does not verify, and the other files change by
 * rename. */
#include "file_store.h"

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

static enum lbr_error take(const struct lbr_file_store *store, const char *kind, const char *name, unsigned *ret,
                           struct lbr_reason *reason)
{
	enum lbr_error error;

	if (store->mutexes == NULL)
		return lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(READ_ONLY));
	error = lbr_mutex_take(store->mutexes, kind, name, store->base.deadline, ret, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_file_need_force(store, reason);
	if (error != LBR_OK)
		lbr_mutex_give(store->mutexes, *ret);
	return error;
}

enum lbr_error lbr_record_lock(const struct lbr_file_store *store, const struct lbr_account_path *path, unsigned *ret,
                               struct lbr_reason *reason)
{
	return take(store, path->shard, path->name, ret, reason);
}

enum lbr_error lbr_shard_lock(const struct lbr_file_store *store, const char *shard, unsigned *ret, struct lbr_reason *reason)
{
	return take(store, LBR_SHARD_MUTEX, shard, ret, reason);
}

unsigned lbr_record_lock_number(const struct lbr_file_store *store, const struct lbr_account_path *path)
{
	return store->mutexes != NULL ? lbr_mutex_number(store->mutexes, path->shard, path->name) : 0;
}

unsigned lbr_shard_lock_number(const struct lbr_file_store *store, const char *shard)
{
	return store->mutexes != NULL ? lbr_mutex_number(store->mutexes, LBR_SHARD_MUTEX, shard) : 0;
}

void lbr_lock_give(const struct lbr_file_store *store, unsigned number)
{
	lbr_mutex_give(store->mutexes, number);
}

void lbr_lock_abandon(const struct lbr_file_store *store, unsigned number)
{
	lbr_mutex_abandon(store->mutexes, number);
}

static enum lbr_error read_counters(const struct lbr_file_store *store, const struct lbr_account_path *path, struct lbr_row *row,
                                    struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	error = lbr_slots_open(store, path, O_RDONLY, &fd, reason);
	if (error != LBR_OK)
		return error == LBR_ERR_ABSENT ? lbr_counters_missing(path, reason) : error;
	error = lbr_slots_read(fd, path, row, reason);
	close(fd);
	return error;
}

static enum lbr_error read_history(const struct lbr_file_store *store, const struct lbr_account_path *path, struct lbr_row *row,
                                   struct lbr_reason *reason)
{
	enum lbr_error error = lbr_account_path_read(store, LBR_TREE_HISTORY, path, row->history, sizeof(row->history),
	                                             &row->history_len, reason);

	return error == LBR_ERR_ABSENT ? LBR_OK : error;
}

/* A decoy has no account. Its counters are read in the account's place, so that a known name costs no system calls more. */
static void read_stand_in(const struct lbr_file_store *store, const struct lbr_account_path *path, struct lbr_row *row)
{
	(void)lbr_account_path_read(store, LBR_TREE_COUNTERS, path, row->account, sizeof(row->account), &row->account_len, NULL);
	row->account_len = 0;
}

enum lbr_error lbr_file_read_row(const struct lbr_file_store *store, const struct lbr_account_path *path, bool is_decoy,
                                 bool history,
                                 struct lbr_row *row, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_OK;

	row->account_len = row->history_len = 0;
	if (is_decoy)
		read_stand_in(store, path, row);
	else
		error = lbr_account_path_read(store, LBR_TREE_ACCOUNTS, path, row->account, sizeof(row->account), &row->account_len,
		                              reason);
	if (error == LBR_OK)
		error = read_counters(store, path, row, reason);
	if (error == LBR_OK && history)
		error = read_history(store, path, row, reason);
	return error;
}

/* An account without counters is damaged, or is just being removed or made anew; only the mutex under which that happens can
 * tell. */
static enum lbr_error read_again(const struct lbr_file_store *store, const struct lbr_account_path *path, bool history,
                                 struct lbr_row *row, struct lbr_reason *reason)
{
	enum lbr_error error;
	unsigned lock;

	error = lbr_shard_lock(store, path->shard, &lock, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_file_read_row(store, path, false, history, row, reason);
	lbr_lock_give(store, lock);
	return error;
}

enum lbr_error lbr_file_load(struct lbr_store *base, const struct lbr_place *place, bool history, struct lbr_row *row,
                             struct lbr_reason *reason)
{
	const struct lbr_file_store *store = (struct lbr_file_store *)base;
	struct lbr_account_path path;
	enum lbr_error error;

	error = lbr_file_need_force(store, reason);
	if (error == LBR_OK)
		error = lbr_account_path_of_place(place, &path, reason);
	if (error == LBR_OK)
		error = lbr_file_read_row(store, &path, place->decoy, history, row, reason);
	if (error == LBR_ERR_DAMAGED && !place->decoy)
		error = read_again(store, &path, history, row, reason);
	return error;
}
