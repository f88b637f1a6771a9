/* The clock for deadlines. It has no date and cannot be set. */
#ifndef LIBERATIONS_MONOTONIC_H
#define LIBERATIONS_MONOTONIC_H

#include <stdint.h>

/* Returns the milliseconds since a fixed moment in the past. If the clock fails, returns a time after every earlier deadline, to
 * which any wait can still be added without overflow. */
int64_t lbr_monotonic_ms(void);

#endif
