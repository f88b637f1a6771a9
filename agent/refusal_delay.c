/* Every refusal leaves on the same time grid, so that its timing says nothing about the account; and one that computes no hash
 * takes a round amount of processor time, which every user may read in /proc to the nanosecond. */
#include <errno.h>
#include <stdint.h>
#include <time.h>

#include "session.h"

#define GRID_MS 250
#define WORK_US 1000 /* several times what a refusal without a hash takes */

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

int64_t lbr_work_us(void)
{
	struct timespec spent;

	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent) != 0)
		return INT64_MAX / 2;
	return (int64_t)spent.tv_sec * 1000000 + spent.tv_nsec / 1000;
}

void lbr_level_refusal(int64_t since_us)
{
	while (lbr_work_us() - since_us < WORK_US)
		;
}
