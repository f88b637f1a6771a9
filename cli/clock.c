/* The command's clock, and the way it writes a time. */
#include "admin_session.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "switch_end.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

static const struct lbr_store *followed;

void cli_clock_follow(const struct lbr_store *store)
{
	followed = store;
}

int64_t cli_now_s(void)
{
	return followed != NULL ? lbr_store_now_s(followed) : cli_host_now_s();
}

int64_t cli_host_now_s(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return 0;
	return now.tv_sec;
}

void cli_switch_clock(struct switch_clock *ret)
{
	FILE *file = fopen(BOOT_ID, "re");
	struct timespec boot = { 0 };

	if (file == NULL || fgets(ret->boot, sizeof(ret->boot), file) == NULL)
		snprintf(ret->boot, sizeof(ret->boot), "unknown");
	ret->boot[strcspn(ret->boot, " \n")] = '\0';
	if (file != NULL)
		fclose(file);
	(void)clock_gettime(CLOCK_BOOTTIME, &boot);
	ret->boot_s = boot.tv_sec;
	ret->now_s = cli_host_now_s();
}

const char *cli_time_local(int64_t time_s, char ret[CLI_TIME_MAX])
{
	time_t time = time_s;
	struct tm parts;

	if (localtime_r(&time, &parts) == NULL || strftime(ret, CLI_TIME_MAX, "%Y-%m-%d %H:%M", &parts) == 0)
		snprintf(ret, CLI_TIME_MAX, "%lld", (long long)time_s);
	return ret;
}

const char *cli_time_utc(int64_t time_s, char ret[CLI_TIME_MAX])
{
	time_t time = time_s;
	struct tm parts;

	if (gmtime_r(&time, &parts) == NULL || strftime(ret, CLI_TIME_MAX, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
		snprintf(ret, CLI_TIME_MAX, "%lld", (long long)time_s);
	return ret;
}
