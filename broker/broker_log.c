/* Log lines of the broker. */
#include "broker_log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include <liberations/store_schema.h>
#include <liberations/texts.h>

#define BROKER_LINE_MAX 512

static bool skewed;

void lbr_broker_log_open(void)
{
	openlog("liberations-store", LOG_PID | LOG_NDELAY, LOG_AUTHPRIV);
}

void lbr_broker_log(int priority, const char *format, ...)
{
	char line[BROKER_LINE_MAX];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	lbr_text_sanitise(line, false);
	syslog(priority, "%s", line);
	(void)fprintf(stderr, "liberations-store: %s\n", line);
}

/* Codes are judged by the database's clock, so nobody is refused yet. */
void lbr_broker_log_skew(int64_t skew_s)
{
	bool far = skew_s > LBR_SKEW_WARNED_S || skew_s < -LBR_SKEW_WARNED_S;

	if (far && !skewed)
		lbr_broker_log(LOG_WARNING, "this host's clock is %" PRId64 " s %s the database's: check its time service; "
		               "beyond %d s nobody signs in here", skew_s > 0 ? skew_s : -skew_s,
		               skew_s > 0 ? "ahead of" : "behind", LBR_SKEW_REFUSED_S);
	else if (skewed && !far)
		lbr_broker_log(LOG_NOTICE, "this host's clock and the database's agree again");
	skewed = far;
}

/* Restarts are everyday life, and refuse codes as well. */
void lbr_broker_log_adopted(enum lbr_line_change change, const char *server, uint64_t epoch, uint64_t floor_step)
{
	const char *what = change == LBR_LINE_RESTARTED ? "database was restarted" :
		change == LBR_LINE_UPGRADED ? "schema of the database was upgraded" : "database was promoted or restored";

	lbr_broker_log(change == LBR_LINE_REPLACED ? LOG_WARNING : LOG_NOTICE, "the %s (%s): epoch %" PRIu64 "; codes up to step %"
	               PRIu64 " are refused", what, server, epoch, floor_step);
}
