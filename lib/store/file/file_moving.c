/* The file "moving": while it is there, these files are not in force. */
#include "file_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <liberations/moving.h>

#define MOVING_FILE "moving"
#define DATE_MAX 24

static enum lbr_error read_moving(const struct lbr_file_store *store, struct lbr_moving *ret, struct lbr_reason *reason)
{
	char text[LBR_MOVING_TEXT_MAX];
	enum lbr_error error;
	size_t len;
	int fd;

	error = lbr_file_open_own(store->root, MOVING_FILE, O_RDONLY, &fd, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_file_read(fd, text, sizeof(text), &len, MOVING_FILE, reason);
	close(fd);
	if (error == LBR_OK && lbr_moving_decode(text, len, ret) != LBR_OK)
		error = lbr_fail_at(reason, LBR_ERR_DAMAGED, MOVING_FILE, LBR_WHY(MOVING_UNREADABLE));
	return error;
}

static void write_date(int64_t time_s, char ret[DATE_MAX])
{
	time_t time = (time_t)time_s;
	struct tm utc;

	if (gmtime_r(&time, &utc) == NULL || strftime(ret, DATE_MAX, "%Y-%m-%d", &utc) == 0)
		ret[0] = '\0';
}

/* Says why, and what ends it. */
static enum lbr_error refuse(const struct lbr_file_store *store, struct lbr_reason *reason)
{
	struct lbr_moving moving;
	char date[DATE_MAX];

	if (read_moving(store, &moving, reason) != LBR_OK)
		return LBR_ERR_UNREACHABLE;
	write_date(moving.since_s, date);
	if (moving.phase == LBR_MOVING_DONE)
		return lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(MOVED_AWAY), date);
	return lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(MOVING), date,
	                moving.to == LBR_STORE_POSTGRES ? "postgres" : "file");
}

enum lbr_error lbr_file_need_force(const struct lbr_file_store *store, struct lbr_reason *reason)
{
	int fd;

	if (store->moves)
		return LBR_OK;
	fd = openat(store->root, MOVING_FILE, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return LBR_OK;
	if (fd >= 0)
		close(fd);
	return refuse(store, reason);
}

enum lbr_error lbr_moving_read(const struct lbr_store *files, struct lbr_moving *ret, struct lbr_reason *reason)
{
	return read_moving((const struct lbr_file_store *)files, ret, reason);
}

/* Who makes or removes an account has a shard's mutex, and looks for the file once it has it. */
static enum lbr_error wait_for_shards(const struct lbr_file_store *store, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_OK;
	unsigned shard, lock;
	char name[3];

	for (shard = 0; error == LBR_OK && shard < LBR_SHARDS; shard++) {
		(void)snprintf(name, sizeof(name), "%02x", shard & 0xff);
		error = lbr_shard_lock(store, name, &lock, reason);
		if (error == LBR_OK)
			lbr_lock_give(store, lock);
	}
	return error;
}

enum lbr_error lbr_moving_rewrite(struct lbr_store *files, const struct lbr_moving *moving, struct lbr_reason *reason)
{
	const struct lbr_file_store *store = (const struct lbr_file_store *)files;
	char text[LBR_MOVING_TEXT_MAX];
	size_t len;
	enum lbr_error error = lbr_moving_encode(moving, text, &len);

	if (error != LBR_OK)
		return lbr_fail_at(reason, error, MOVING_FILE, LBR_WHY(NO_SUCH_NAME));
	return lbr_file_replace(store->root, MOVING_FILE, text, len, true, reason);
}

enum lbr_error lbr_moving_write(struct lbr_store *files, const struct lbr_moving *moving, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_moving_rewrite(files, moving, reason);

	return error == LBR_OK ? wait_for_shards((const struct lbr_file_store *)files, reason) : error;
}

enum lbr_error lbr_moving_end(struct lbr_store *files, struct lbr_reason *reason)
{
	const struct lbr_file_store *store = (const struct lbr_file_store *)files;
	enum lbr_error error = lbr_file_remove(store->root, MOVING_FILE, reason);

	if (error == LBR_OK && fsync(store->root) != 0)
		error = lbr_fail_system_at(reason, errno, MOVING_FILE, LBR_WHY(SYNCING_PARENT));
	return error;
}
