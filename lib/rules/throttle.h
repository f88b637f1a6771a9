/* Failures and the waits that result from them. Private to the rules; others call decide.h. */
#ifndef LIB_THROTTLE_H
#define LIB_THROTTLE_H

#include <stdint.h>

#include <liberations/counters.h>
#include <liberations/settings.h>

#define LBR_LONGEST_DELAY_S 900

/* Returns the higher of the lane's two counts. */
uint32_t lbr_lane_worst(const struct lbr_lane_counters *lane);

/* Sets the wait that results from the failures of the parts asked for here, starting now; never shortens a longer one. */
void lbr_lane_earn_wait(struct lbr_lane_counters *lane, enum lbr_factors factors, int64_t now_s);

/* Counts one more failure, up to UINT32_MAX. */
void lbr_failure_count(uint32_t *failures);

/* Counts one more failure of each part that the service asks for. */
void lbr_lane_count(struct lbr_lane_counters *lane, enum lbr_factors factors);

#endif
