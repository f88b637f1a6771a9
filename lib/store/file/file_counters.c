/* The counters file: two slots written in place, so that a full disk locks no one out and a torn write costs nothing. */
#include "file_store.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_LEN (LBR_SLOT_STRIDE + LBR_SLOT_LEN)

static enum lbr_error in_counters(enum lbr_error error, const struct lbr_account_path *path, struct lbr_reason *reason)
{
	char where[sizeof("counters//") + sizeof(path->shard) + sizeof(path->file)];

	snprintf(where, sizeof(where), "counters/%s/%s", path->shard, path->file);
	lbr_reason_prefix(reason, where);
	return error;
}

/* How to repair the file, in two words for a sentence: a verb, and the name of the account. */
static const char *repair(const struct lbr_account_path *path)
{
	return strcmp(path->shard, LBR_DECOY_SHARD) == 0 ? "init" : "unlock --rebuild ";
}

static const char *whose(const struct lbr_account_path *path)
{
	return strcmp(path->shard, LBR_DECOY_SHARD) == 0 ? "" : path->name;
}

enum lbr_error lbr_counters_missing(const struct lbr_account_path *path, struct lbr_reason *reason)
{
	return in_counters(lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(COUNTERS_MISSING), repair(path), whose(path)), path, reason);
}

enum lbr_error lbr_counters_lock(const struct lbr_file_store *store, int fd, const struct lbr_account_path *path,
                                 struct lbr_reason *reason)
{
	enum lbr_error error = lbr_file_lock(fd, 0, LBR_COUNTERS_FILE_LEN, store->base.deadline, path->file, reason);
	struct stat st;

	if (error != LBR_OK)
		return error;
	if (fstat(fd, &st) != 0)
		error = lbr_fail_system(reason, errno, "%s: fstat", path->file);
	else if (st.st_nlink == 0)
		error = lbr_fail_at(reason, LBR_ERR_STALE, path->file, LBR_WHY(REMOVED));
	else if (st.st_nlink != 1)
		error = in_counters(lbr_fail(reason, LBR_ERR_UNSAFE, LBR_WHY(LINKED_TWICE)), path, reason);
	else if (st.st_size != LBR_COUNTERS_FILE_LEN)
		error = in_counters(lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(COUNTERS_SIZE), repair(path), whose(path)),
		                    path, reason);
	if (error != LBR_OK)
		lbr_counters_unlock(fd);
	return error;
}

void lbr_counters_unlock(int fd)
{
	lbr_file_unlock(fd, 0, LBR_COUNTERS_FILE_LEN);
}

/* Reads both slots at once. */
static enum lbr_error read_both(int fd, unsigned char bytes[READ_LEN], const char *file, struct lbr_reason *reason)
{
	ssize_t got;

	do
		got = pread(fd, bytes, READ_LEN, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return lbr_fail_system(reason, errno, "%s: read", file);
	memset(bytes + got, 0, READ_LEN - (size_t)got); /* missing bytes do not verify */
	return LBR_OK;
}

/* The last commit must survive a torn write, so it is not overwritten while the other slot can take the write. Only if the
 * slot in force is a mere charge and the other one is valid too, the charge is overwritten. */
static int next_slot(int newest, bool charged, bool other_serves)
{
	return charged && other_serves ? newest : 1 - newest;
}

enum lbr_error lbr_slots_read(int fd, const struct lbr_account_path *path, const struct lbr_keyring *keyring,
                              struct lbr_slots *slots, struct lbr_counters *counters, struct lbr_reason *reason)
{
	unsigned char bytes[READ_LEN];
	struct lbr_counters found[2];
	uint64_t sequences[2];
	bool charged[2], newer = false;
	enum lbr_error error;
	int i, newest;

	memset(counters, 0, sizeof(*counters));
	memset(slots, 0, sizeof(*slots));
	error = read_both(fd, bytes, path->file, reason);
	if (error != LBR_OK)
		return error;
	for (i = 0; i < 2; i++) /* a damaged slot has sequence 0 */
		newer |= lbr_slot_decode(bytes + i * LBR_SLOT_STRIDE, path->kind, path->name, keyring, &found[i], &sequences[i],
		                         &charged[i]) == LBR_ERR_NEWER;
	/* The other slot may be an older one that this release can read: using it would forget what happened since. */
	if (newer)
		return in_counters(lbr_fail(reason, LBR_ERR_NEWER, LBR_WHY(NEWER_RELEASE)), path, reason);
	if (sequences[0] == sequences[1]) /* both damaged; two valid slots never have the same number */
		return in_counters(lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(COUNTERS_FORGED), repair(path), whose(path)), path,
		                   reason);
	newest = sequences[1] > sequences[0];
	*counters = found[newest];
	slots->sequence = sequences[newest];
	slots->next = next_slot(newest, charged[newest], sequences[1 - newest] != 0);
	return LBR_OK;
}

/* A commit that could not be synced must not count as one: without it, the last commit is in force, and the next writer takes this
 * slot again. */
static void take_back(int fd, const struct lbr_account_path *path, const struct lbr_slots *slots)
{
	static const unsigned char none[LBR_SLOT_LEN];

	lbr_file_write(fd, none, sizeof(none), slots->next * LBR_SLOT_STRIDE, path->file, NULL);
}

enum lbr_error lbr_slots_write(int fd, const struct lbr_account_path *path, const struct lbr_keyring *keyring,
                               struct lbr_slots *slots, const struct lbr_counters *counters,
                               struct lbr_reason *reason)
{
	unsigned char bytes[LBR_SLOT_LEN];
	enum lbr_error error;

	error = lbr_slot_encode(counters, slots->sequence + 1, path->kind, path->name, keyring, bytes);
	if (error != LBR_OK)
		return lbr_fail_at(reason, error, path->file, LBR_WHY(COUNTER_OUT_OF_RANGE));
	error = lbr_file_write(fd, bytes, sizeof(bytes), slots->next * LBR_SLOT_STRIDE, path->file, reason);
	if (error != LBR_OK)
		return error;
	if (fdatasync(fd) != 0) {
		error = lbr_fail_system(reason, errno, "%s: fdatasync", path->file);
		take_back(fd, path, slots);
		return error;
	}
	slots->sequence++;
	slots->next = 1 - slots->next;
	return LBR_OK;
}

/* Writes both strides in full, so that no hole is left that a full disk could refuse to fill later. The file appears by
 * rename, so a reader never finds it half made; after that it is never renamed again. */
enum lbr_error lbr_slots_create(int shard_fd, const struct lbr_account_path *path, const struct lbr_keyring *keyring,
                                const struct lbr_counters *counters, bool sync, struct lbr_reason *reason)
{
	unsigned char bytes[LBR_COUNTERS_FILE_LEN] = {0};
	enum lbr_error error = LBR_OK;
	int i;

	for (i = 0; error == LBR_OK && i < 2; i++)
		error = lbr_slot_encode(counters, (uint64_t)i + 1, path->kind, path->name, keyring,
		                        bytes + i * LBR_SLOT_STRIDE);
	if (error != LBR_OK)
		return lbr_fail_at(reason, error, path->file, LBR_WHY(COUNTER_OUT_OF_RANGE));
	return lbr_file_replace(shard_fd, path->file, bytes, sizeof(bytes), sync, reason);
}
