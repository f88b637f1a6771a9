/* The only place in the agent that reads the wall clock. */
#include <stdint.h>
#include <time.h>

#include "session.h"

int64_t lbr_now_s(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return 0; /* 1970: no code matches */
	return (int64_t)now.tv_sec;
}
