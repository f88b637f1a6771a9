#include <liberations/monotonic.h>

#include <stdint.h>
#include <time.h>

int64_t lbr_monotonic_ms(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return INT64_MAX / 2;
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
