/* Failures and the waits that they earn. Private to the rules; decide.h has what others call. */
#ifndef LIB_THROTTLE_H
#define LIB_THROTTLE_H

#include <stdint.h>

#include <liberations/counters.h>
#include <liberations/settings.h>

#define LBR_LONGEST_DELAY_S 900

/* The higher one of the lane's two counts. */
uint32_t lbr_lane_worst(const struct lbr_lane_counters *lane);

/* The wait that the failures of the parts asked here earn, from now on; never shortens one that is longer. */
void lbr_lane_earn_wait(struct lbr_lane_counters *lane, enum lbr_factors factors, int64_t now_s);

/* One failure more, never past UINT32_MAX. */
void lbr_failure_count(uint32_t *failures);

/* One failure more of each part that the service asks. */
void lbr_lane_count(struct lbr_lane_counters *lane, enum lbr_factors factors);

#endif
