/* Every refusal leaves on the same time grid, so that its timing says nothing about the account. */
#include <errno.h>
#include <stdint.h>
#include <time.h>

#include "session.h"

#define GRID_MS 250

void lbr_delay_refusal(int64_t arrived_ms)
{
	int64_t spent_ms = lbr_monotonic_ms() - arrived_ms;
	int64_t due_ms;
	struct timespec due;

	if (spent_ms < 0)
		spent_ms = 0;
	due_ms = arrived_ms + (spent_ms / GRID_MS + 1) * GRID_MS;
	due.tv_sec = (time_t)(due_ms / 1000);
	due.tv_nsec = (long)(due_ms % 1000) * 1000000;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) == EINTR)
		;
}
