#include "relative.h"

#include <stdbool.h>
#include <stdio.h>

#define ONE_MINUTE_S INT64_C(60)
#define ONE_HOUR_S   INT64_C(3600)
#define ONE_DAY_S    INT64_C(86400)

static const struct {
	int64_t       from_s, unit_s;
	enum cli_text past, future;
} steps[] = {
	{ 2 * ONE_DAY_S, ONE_DAY_S, TEXT_AGO_DAYS, TEXT_IN_DAYS },
	{ 2 * ONE_HOUR_S, ONE_HOUR_S, TEXT_AGO_HOURS, TEXT_IN_HOURS },
	{ 2 * ONE_MINUTE_S, ONE_MINUTE_S, TEXT_AGO_MINUTES, TEXT_IN_MINUTES },
	{ 0, ONE_MINUTE_S, TEXT_AGO_NOW, TEXT_IN_A_MOMENT },
};

const char *cli_relative(enum lbr_language language, int64_t time_s, int64_t now_s, char ret[CLI_RELATIVE_MAX])
{
	bool future = time_s > now_s;
	int64_t distance_s = future ? time_s - now_s : now_s - time_s;
	FILE *file = fmemopen(ret, CLI_RELATIVE_MAX - 1, "w");
	char number[24];
	size_t at = 0;

	ret[0] = ret[CLI_RELATIVE_MAX - 1] = '\0';
	if (file == NULL)
		return ret;
	while (distance_s < steps[at].from_s)
		at++;
	snprintf(number, sizeof(number), "%lld", (long long)(distance_s / steps[at].unit_s));
	cli_write(file, language, future ? steps[at].future : steps[at].past, number, NULL);
	fclose(file);
	return ret;
}
