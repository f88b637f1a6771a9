/* The one place of the agent that looks at a clock. */
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

int64_t lbr_monotonic_ms(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
