/* When a password expires: calendar arithmetic in UTC, pure. */
#ifndef LIBERATIONS_CALENDAR_H
#define LIBERATIONS_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

enum lbr_age_unit { LBR_AGE_NEVER = 0, LBR_AGE_MONTHS, LBR_AGE_DAYS };

#define LBR_AGE_COUNT_MAX 36500

struct lbr_age {
	enum lbr_age_unit unit;
	unsigned          count; /* 1 to 1200 months, or 1 to 36500 days */
};

/* Returns the same time of day `months` later, clamped to the last day of the month: 31 August + 6 => 28 or 29 February. */
int64_t lbr_calendar_add_months(int64_t time_s, unsigned months);

/* Returns the first second at which a password set at `set_s` is expired; INT64_MAX for never. */
int64_t lbr_password_expires_at(int64_t set_s, struct lbr_age max_age);

/* Returns true from that second on. A clock before `set_s` expires no password. */
bool lbr_password_is_expired(int64_t set_s, struct lbr_age max_age, int64_t now_s);

/* Returns the whole days left, rounded up (1 on the last day, 0 once expired); -1 for never. */
int64_t lbr_password_days_left(int64_t set_s, struct lbr_age max_age, int64_t now_s);

#endif
