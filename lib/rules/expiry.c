/* Whether a password must change, and whether it may. */
#include <liberations/expiry.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <liberations/calendar.h>

#define DAY_S 86400

/* The day of compilation, or the day before it: __DATE__ has no time zone, and it may already have been tomorrow there. A
 * clock that shows an earlier time is wrong. */
static int64_t built_s(void)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char date[] = __DATE__; /* "Nov 23 2026" */
	char month[4] = { date[0], date[1], date[2], '\0' };
	const char *found = strstr(months, month);
	struct tm day = {0};

	if (found == NULL)
		return 0;
	day.tm_mon = (int)((found - months) / 3);
	day.tm_mday = (int)strtol(date + 4, NULL, 10);
	day.tm_year = (int)strtol(date + 7, NULL, 10) - 1900;
	return (int64_t)timegm(&day) - DAY_S;
}

bool lbr_expiry_is_due(const struct lbr_account *account, const struct lbr_settings *settings, int64_t now_s)
{
	if (account->must_change || account->password_kind == LBR_PASSWORD_TEMPORARY)
		return true;
	return now_s >= built_s() && lbr_password_is_expired(account->password_set_s, settings->max_age, now_s);
}

bool lbr_expiry_is_too_soon(const struct lbr_account *account, const struct lbr_settings *settings, int64_t now_s)
{
	if (lbr_expiry_is_due(account, settings, now_s))
		return false;
	return now_s >= account->password_set_s && now_s - account->password_set_s < settings->min_age_s;
}
