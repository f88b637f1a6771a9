/* When a refusal leaves: on a grid of 250 ms that begins when the answers arrived, whatever the work took. */
#include "../../agent/session.h"

#include <errno.h>
#include <stdint.h>
#include <time.h>

#include "support/check_main.h"

#define GRID_MS 250

static int64_t clock_ms;
static unsigned sleeps, interruptions;
static int failure;
static int64_t woken_ms;

/* In place of the agent's clock. */
int64_t lbr_monotonic_ms(void)
{
	return clock_ms;
}

/* In front of the C library's: sleeps in no time. */
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *due, struct timespec *left)
{
	ck_assert_int_eq(clock, CLOCK_MONOTONIC);
	ck_assert_int_eq(flags, TIMER_ABSTIME);
	ck_assert_ptr_null(left);
	ck_assert_int_ge(due->tv_nsec, 0);
	ck_assert_int_lt(due->tv_nsec, 1000000000);
	ck_assert_int_eq(due->tv_nsec % 1000000, 0);
	sleeps++;
	if (interruptions > 0) {
		interruptions--;
		return EINTR;
	}
	woken_ms = (int64_t)due->tv_sec * 1000 + due->tv_nsec / 1000000;
	return failure;
}

/* How long after their arrival the answers are refused if judging them took `spent_ms`. */
static int64_t refused_after(int64_t arrived_ms, int64_t spent_ms)
{
	sleeps = 0;
	clock_ms = arrived_ms + spent_ms;
	lbr_delay_refusal(arrived_ms);
	return woken_ms - arrived_ms;
}

static const int64_t arrivals[] = { 0, 1, 249, 250, 999, 1000, 86399999, 1700000000123 };

START_TEST(a_refusal_leaves_on_the_grid)
{
	int64_t spent_ms, after_ms;

	for (spent_ms = 0; spent_ms <= 5000; spent_ms++) {
		after_ms = refused_after(arrivals[_i], spent_ms);
		ck_assert_int_eq(after_ms % GRID_MS, 0);
		ck_assert_int_gt(after_ms, spent_ms);
		ck_assert_int_le(after_ms, spent_ms + GRID_MS);
		ck_assert_uint_eq(sleeps, 1);
	}
}
END_TEST

/* One that was due at once would tell that its work ended exactly there. */
START_TEST(work_that_ends_on_the_grid_waits_for_the_next_time)
{
	ck_assert_int_eq(refused_after(arrivals[_i], 0), 250);
	ck_assert_int_eq(refused_after(arrivals[_i], 249), 250);
	ck_assert_int_eq(refused_after(arrivals[_i], 250), 500);
	ck_assert_int_eq(refused_after(arrivals[_i], 251), 500);
}
END_TEST

START_TEST(a_clock_behind_the_arrival_makes_the_shortest_wait)
{
	ck_assert_int_eq(refused_after(1000, -1), 250);
	ck_assert_int_eq(refused_after(1000, -1000), 250);
}
END_TEST

START_TEST(a_signal_does_not_shorten_the_wait)
{
	interruptions = 3;
	ck_assert_int_eq(refused_after(70, 10), 250);
	ck_assert_uint_eq(sleeps, 4);
}
END_TEST

START_TEST(a_clock_that_cannot_sleep_does_not_hold_the_agent)
{
	failure = EINVAL;
	(void)refused_after(70, 10);
	ck_assert_uint_eq(sleeps, 1);
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("agent_refusal_delay");
	TCase *test = tcase_create("agent_refusal_delay");

	tcase_add_loop_test(test, a_refusal_leaves_on_the_grid, 0, sizeof(arrivals) / sizeof(arrivals[0]));
	tcase_add_loop_test(test, work_that_ends_on_the_grid_waits_for_the_next_time, 0, sizeof(arrivals) / sizeof(arrivals[0]));
	tcase_add_test(test, a_clock_behind_the_arrival_makes_the_shortest_wait);
	tcase_add_test(test, a_signal_does_not_shorten_the_wait);
	tcase_add_test(test, a_clock_that_cannot_sleep_does_not_hold_the_agent);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
