/* Failures, and the waits that follow them. */
#include "throttle.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include <liberations/decide.h>

#define FREE_FAILURES 3 /* without a wait */
#define FIRST_DELAY_S 4

unsigned lbr_delay_after(uint32_t failures)
{
	uint32_t doublings;

	if (failures <= FREE_FAILURES)
		return 0;
	doublings = failures - FREE_FAILURES - 1;
	if (doublings >= 8)
		return LBR_LONGEST_DELAY_S;
	return (unsigned)FIRST_DELAY_S << doublings;
}

uint32_t lbr_lane_worst(const struct lbr_lane_counters *lane)
{
	return lane->password_failures > lane->code_failures ? lane->password_failures : lane->code_failures;
}

void lbr_lane_earn_wait(struct lbr_lane_counters *lane, enum lbr_factors factors, int64_t now_s)
{
	uint32_t failures = lbr_lane_worst(lane);
	unsigned delay_s;

	if (factors == LBR_FACTORS_PASSWORD)
		failures = lane->password_failures;
	if (factors == LBR_FACTORS_TOKEN)
		failures = lane->code_failures;
	delay_s = lbr_delay_after(failures);
	if (delay_s > 0 && lane->next_try_s < now_s + delay_s)
		lane->next_try_s = now_s + delay_s;
}

void lbr_failure_count(uint32_t *failures)
{
	if (*failures < UINT32_MAX)
		(*failures)++;
}

void lbr_lane_count(struct lbr_lane_counters *lane, enum lbr_factors factors)
{
	if (factors != LBR_FACTORS_TOKEN)
		lbr_failure_count(&lane->password_failures);
	if (factors != LBR_FACTORS_PASSWORD)
		lbr_failure_count(&lane->code_failures);
}

void lbr_lane_clear(struct lbr_counters *counters, enum lbr_lane lane)
{
	struct lbr_lane_counters *cleared = &counters->lanes[lane];

	cleared->password_failures = 0;
	cleared->code_failures = 0;
	cleared->next_try_s = 0;
}

bool lbr_is_throttled(const struct lbr_counters *counters, enum lbr_lane lane_id, const struct lbr_settings *settings,
                      int64_t now_s, unsigned *ret_wait_s)
{
	const struct lbr_lane_counters *lane = &counters->lanes[lane_id];
	int64_t wait_s = lane->next_try_s - now_s;

	*ret_wait_s = 0;
	if (lbr_lane_worst(lane) >= settings->lock_after) {
		*ret_wait_s = UINT_MAX;
		return true;
	}
	if (wait_s <= 0)
		return false;
	*ret_wait_s = wait_s > LBR_LONGEST_DELAY_S ? LBR_LONGEST_DELAY_S : (unsigned)wait_s;
	return true;
}
