/* Waiting on one descriptor. */
#include <liberations/wait.h>

#include <errno.h>
#include <poll.h>

#include <liberations/monotonic.h>

enum lbr_error lbr_wait_for(int fd, short events, int64_t deadline_ms)
{
	struct pollfd wanted = {.fd = fd, .events = events};
	int64_t left;
	int ready;

	do {
		left = deadline_ms - lbr_monotonic_ms();
		if (left < 0 || left > INT32_MAX)
			return LBR_ERR_BUSY;
		ready = poll(&wanted, 1, (int)left);
	} while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return LBR_ERR_SYSTEM;
	return ready == 0 ? LBR_ERR_BUSY : LBR_OK;
}
