/* A process that reads HTTP ends with its keeper, even where it was stopped, and no supervisor ends what is left. */
#include "cage.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>

/* The keeper alone holds the other end of the socket, so its death closes it: that shows a keeper which died before. */
enum lbr_error lbr_cage_end_with(int keeper, struct lbr_reason *reason)
{
	struct pollfd end = { .fd = keeper, .events = 0 };

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || poll(&end, 1, 0) < 0)
		return lbr_fail_system(reason, errno, "prctl");
	return (end.revents & POLLHUP) == 0 ? LBR_OK : LBR_ERR_ABSENT;
}
