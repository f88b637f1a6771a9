/* When a password expires: calendar arithmetic in UTC, pure.
 *
 * Days are counted from 1970-01-01 in the proleptic Gregorian calendar; years begin in March inside the arithmetic, so
 * that the leap day is the last one of its year.
 */
#include <liberations/calendar.h>

#include <stdbool.h>
#include <stdint.h>

#define DAY_S 86400
#define DAYS_OF_ERA 146097 /* 400 years */
#define EPOCH_DAY 719468   /* from 0000-03-01 to 1970-01-01 */

struct date {
	int64_t  year;
	unsigned month, day; /* 1 to 12, 1 to 31 */
};

static int64_t floor_div(int64_t number, int64_t by)
{
	return number / by - (number % by < 0);
}

static int64_t days_of_date(struct date date)
{
	int64_t year = date.year - (date.month <= 2);
	int64_t era = floor_div(year, 400);
	int64_t year_of_era = year - era * 400;
	int64_t month = (date.month + 9) % 12; /* March is 0 */
	int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;

	return era * DAYS_OF_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH_DAY;
}

static struct date date_of_days(int64_t days)
{
	int64_t era = floor_div(days + EPOCH_DAY, DAYS_OF_ERA);
	int64_t day_of_era = days + EPOCH_DAY - era * DAYS_OF_ERA;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153; /* March is 0 */
	struct date date;

	date.day = (unsigned)(day_of_year - (153 * month + 2) / 5 + 1);
	date.month = (unsigned)(month < 10 ? month + 3 : month - 9);
	date.year = year_of_era + era * 400 + (date.month <= 2);
	return date;
}

static unsigned month_length(int64_t year, unsigned month)
{
	if (month == 2)
		return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* `later_s` is never negative here, so the only way out of range is upwards. */
static int64_t add_saturating(int64_t time_s, int64_t later_s)
{
	return time_s > INT64_MAX - later_s ? INT64_MAX : time_s + later_s;
}

int64_t lbr_calendar_add_months(int64_t time_s, unsigned months)
{
	int64_t days = floor_div(time_s, DAY_S);
	struct date date = date_of_days(days);
	int64_t month = (int64_t)date.month - 1 + months;
	unsigned last;

	date.year += month / 12;
	date.month = (unsigned)(month % 12) + 1;
	last = month_length(date.year, date.month);
	if (date.day > last)
		date.day = last;
	return add_saturating(time_s, (days_of_date(date) - days) * DAY_S);
}

int64_t lbr_password_expires_at(int64_t set_s, struct lbr_age max_age)
{
	switch (max_age.unit) {
	case LBR_AGE_NEVER: return INT64_MAX;
	case LBR_AGE_MONTHS: return lbr_calendar_add_months(set_s, max_age.count);
	case LBR_AGE_DAYS: return add_saturating(set_s, (int64_t)max_age.count * DAY_S);
	}
	return set_s; /* unknown unit: the strictest answer */
}

bool lbr_password_is_expired(int64_t set_s, struct lbr_age max_age, int64_t now_s)
{
	return max_age.unit != LBR_AGE_NEVER && now_s >= lbr_password_expires_at(set_s, max_age);
}

int64_t lbr_password_days_left(int64_t set_s, struct lbr_age max_age, int64_t now_s)
{
	uint64_t left_s;

	if (max_age.unit == LBR_AGE_NEVER)
		return -1;
	if (lbr_password_is_expired(set_s, max_age, now_s))
		return 0;
	/* Unsigned: the distance between two signed ends can exceed either. */
	left_s = (uint64_t)lbr_password_expires_at(set_s, max_age) - (uint64_t)now_s;
	return (int64_t)(left_s / DAY_S + (left_s % DAY_S != 0));
}
