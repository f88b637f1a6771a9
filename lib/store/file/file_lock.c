/* Locks that belong to an open file (OFD), so closing another descriptor of the same file does not drop them. The wait
 * polls: the blocking call has no timeout, and an alarm would send a signal to the host's process. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include <liberations/monotonic.h>
#include <liberations/store.h>

#define SLEEP_FIRST_NS 100000L
#define SLEEP_MAX_NS 4000000L

/* A bounded wait: zero at first; sleeps a little longer each time. */
struct lbr_wait {
	int64_t until_ms;
	long    sleep_ns;
};

static bool wait_more(struct lbr_wait *wait)
{
	struct timespec pause = {0};

	if (wait->until_ms == 0)
		*wait = (struct lbr_wait){.until_ms = lbr_monotonic_ms() + LBR_LOCK_WAIT_MS, .sleep_ns = SLEEP_FIRST_NS};
	if (lbr_monotonic_ms() >= wait->until_ms)
		return false;
	pause.tv_nsec = wait->sleep_ns;
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

enum lbr_error lbr_file_lock(int fd, off_t start, off_t len, const char *path, struct lbr_reason *reason)
{
	struct lbr_wait wait = {0};
	enum lbr_error error;

	do {
		error = lbr_file_try_lock(fd, start, len);
		if (error == LBR_ERR_SYSTEM)
			return lbr_fail_system(reason, errno, "%s: lock", path);
	} while (error == LBR_ERR_BUSY && wait_more(&wait));
	return error == LBR_OK ? LBR_OK : lbr_fail_at(reason, error, path, LBR_WHY(LOCKED_TOO_LONG), LBR_LOCK_WAIT_MS);
}

void lbr_file_unlock(int fd, off_t start, off_t len)
{
	set_lock(fd, F_UNLCK, start, len);
}
