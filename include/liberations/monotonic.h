/* The clock that deadlines are measured on. It knows no date, and nobody can set it. */
#ifndef LIBERATIONS_MONOTONIC_H
#define LIBERATIONS_MONOTONIC_H

#include <stdint.h>

/* Milliseconds since a fixed moment in the past. Without a clock: so late that every deadline set before is over; adding
 * any wait to it still fits. */
int64_t lbr_monotonic_ms(void);

#endif
