/* Locks that belong to an open file (OFD), so closing another descriptor of the same file does not drop them. The wait
 * polls: the blocking call has no timeout, and an alarm would send a signal to the host's process. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

#include <liberations/store.h>

#define SLEEP_FIRST_NS 100000L
#define SLEEP_MAX_NS 4000000L

bool lbr_wait_more(struct lbr_wait *wait)
{
	struct timespec now, pause = {0};
	long long now_ms;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return false;
	now_ms = (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	if (wait->until_ms == 0) {
		wait->until_ms = wait->deadline != NULL ? wait->deadline->until_ms : now_ms + LBR_LOCK_WAIT_MS;
		wait->sleep_ns = SLEEP_FIRST_NS;
	}
	if (now_ms >= wait->until_ms)
		return false;
	/* The clock's last digits are random enough to keep waiters out of step. */
	pause.tv_nsec = wait->sleep_ns + now.tv_nsec % wait->sleep_ns;
	nanosleep(&pause, NULL); /* a signal only shortens it */
	if (wait->sleep_ns < SLEEP_MAX_NS / 2)
		wait->sleep_ns *= 2;
	return true;
}

static int set_lock(int fd, short type, off_t start, off_t len)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };
	int result;

	do
		result = fcntl(fd, F_OFD_SETLK, &lock);
	while (result != 0 && errno == EINTR);
	return result;
}

enum lbr_error lbr_file_try_lock(int fd, off_t start, off_t len)
{
	if (set_lock(fd, F_WRLCK, start, len) == 0)
		return LBR_OK;
	return errno == EAGAIN || errno == EACCES ? LBR_ERR_BUSY : LBR_ERR_SYSTEM;
}

enum lbr_error lbr_file_lock(int fd, off_t start, off_t len, const struct lbr_deadline *deadline, const char *path,
                             struct lbr_reason *reason)
{
	struct lbr_wait wait = {.deadline = deadline};
	enum lbr_error error;

	do {
		error = lbr_file_try_lock(fd, start, len);
		if (error == LBR_ERR_SYSTEM)
			return lbr_fail_system(reason, errno, "%s: lock", path);
	} while (error == LBR_ERR_BUSY && lbr_wait_more(&wait));
	if (error != LBR_OK)
		return deadline != NULL ? lbr_fail_at(reason, error, path, LBR_WHY(LOCKED_UNTIL_DEADLINE))
		                        : lbr_fail_at(reason, error, path, LBR_WHY(LOCKED_TOO_LONG), LBR_LOCK_WAIT_MS);
	return LBR_OK;
}

void lbr_file_unlock(int fd, off_t start, off_t len)
{
	set_lock(fd, F_UNLCK, start, len);
}
