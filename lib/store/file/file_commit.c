/* A commit: read, judged and written under the record's mutex, in milliseconds. */
#include "file_store.h"

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#define ACCOUNT_PARTS (LBR_PART_ACCOUNT | LBR_PART_UPKEEP)

struct part_writing {
	const struct lbr_file_store   *store;
	const struct lbr_account_path *path;
	const struct lbr_row          *row;
	const struct lbr_swap         *swap;
};

static enum lbr_error replace_account(const struct part_writing *writing, struct lbr_reason *reason)
{
	return lbr_account_path_replace(writing->store, LBR_TREE_ACCOUNTS, writing->path, writing->swap->account,
	                                writing->swap->account_len, reason);
}

static enum lbr_error replace_history(const struct part_writing *writing, struct lbr_reason *reason)
{
	return lbr_account_path_replace(writing->store, LBR_TREE_HISTORY, writing->path, writing->swap->history,
	                                writing->swap->history_len, reason);
}

/* Once the account is committed the change is final: a history that could not be written lacks only the line that the account
 * itself holds, and heals at the next read. */
static enum lbr_error write_texts(const struct part_writing *writing, struct lbr_reason *reason)
{
	bool history = (writing->swap->parts & LBR_PART_HISTORY) != 0;
	enum lbr_error error;

	if ((writing->swap->parts & ACCOUNT_PARTS) == 0)
		return history ? replace_history(writing, reason) : LBR_OK;
	error = replace_account(writing, reason);
	if (error == LBR_OK && history)
		(void)replace_history(writing, NULL);
	return error;
}

/* Counters, account, history, in that order, so that a crash between them leaves a burned code or a history that heals, never an
 * account that can no longer sign in. If the account cannot be written, the counters are put back; if perhaps it was, they belong
 * to it. */
static enum lbr_error write_parts(const struct part_writing *writing, struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	if ((writing->swap->parts & LBR_PART_COUNTERS) == 0)
		return write_texts(writing, reason);
	error = lbr_slots_open(writing->store, writing->path, O_RDWR, &fd, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_slots_write(fd, writing->path, writing->row, writing->swap, reason);
	if (error == LBR_OK) {
		error = write_texts(writing, reason);
		if (error != LBR_OK && error != LBR_ERR_UNKNOWN)
			error = lbr_slots_take_back(fd, writing->path, writing->row, writing->swap, error);
	}
	close(fd);
	return error;
}

static enum lbr_error commit_locked(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                    const struct lbr_place *place, unsigned lock, bool history, lbr_store_judge *judge,
                                    void *context, struct lbr_reason *reason)
{
	struct lbr_row row = {.account_len = 0};
	struct lbr_swap swap = {.parts = LBR_PART_NONE};
	const struct part_writing writing = {store, path, &row, &swap};
	enum lbr_error error;

	error = lbr_file_read_row(store, path, place->decoy, history, &row, reason);
	if (error == LBR_OK)
		error = judge(context, &row, &swap, reason);
	lbr_mutex_set_late(store->mutexes, lock, LBR_LATE_WRITING_MS);
	if (error == LBR_OK)
		error = write_parts(&writing, reason);
	lbr_wipe(&row, sizeof(row));
	lbr_wipe(&swap, sizeof(swap));
	return error;
}

enum lbr_error lbr_file_commit(struct lbr_store *base, const struct lbr_place *place, bool history, lbr_store_judge *judge,
                               void *context, struct lbr_reason *reason)
{
	const struct lbr_file_store *store = (struct lbr_file_store *)base;
	struct lbr_account_path path;
	enum lbr_error error;
	unsigned lock;

	error = lbr_account_path_of_place(place, &path, reason);
	if (error == LBR_OK)
		error = lbr_record_lock(store, &path, &lock, reason);
	if (error != LBR_OK)
		return error;
	error = commit_locked(store, &path, place, lock, history, judge, context, reason);
	if (error == LBR_ERR_UNKNOWN)
		lbr_lock_abandon(store, lock);
	else
		lbr_lock_give(store, lock);
	return error;
}
