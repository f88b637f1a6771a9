/* Log lines of the broker. */
#include "broker_log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include <liberations/texts.h>

#define BROKER_LINE_MAX 512
#define SKEW_WARN_S 10

static bool away, skewed;
static enum lbr_store_cause last;

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

static const char *words_of(enum lbr_store_cause cause)
{
	switch (cause) {
	case LBR_STORE_NO_SERVER: return "no server of store.conf can be reached";
	case LBR_STORE_NO_ANSWER: return "it does not answer in time";
	case LBR_STORE_LOST: return "the connection ended";
	case LBR_STORE_NOT_CONFIRMED: return "it stored something without the standby's confirmation";
	case LBR_STORE_UNCONFIRMED: return "no standby confirms what it stores";
	case LBR_STORE_NO_STANDBY: return "no standby confirms: set synchronous_standby_names there, or `confirm = server`";
	case LBR_STORE_ANOTHER_LINE: return "it was promoted or restored, and could not be adopted";
	case LBR_STORE_NEW_EPOCH: return "its realm has another epoch";
	case LBR_STORE_FORGOT: return "ALERT: it lost what it had confirmed to this host: see `liberations store adopt`";
	case LBR_STORE_OLD_PRIMARY: return "ALERT: it is behind a server that this host has seen, or a standby";
	case LBR_STORE_NO_RIGHTS: return "the role lacks a right";
	case LBR_STORE_NO_REALM: return "it holds no accounts yet: run `liberations store init`";
	case LBR_STORE_SCHEMA: return "it has no schema that this release speaks: run `liberations store upgrade`";
	case LBR_STORE_FULL: return "it is out of space or connections";
	case LBR_STORE_CREDENTIALS: return "it refuses this host's credentials, or does not prove its own";
	case LBR_STORE_CLOCK: return "its clock and this host's are too far apart";
	case LBR_STORE_BROKEN: return "its answer breaks a rule";
	case LBR_STORE_FINE:
	case LBR_STORE_NO_BROKER:
	case LBR_STORE_KEY:
	case LBR_STORE_CAUSES:
		break;
	}
	return "unknown";
}

void lbr_broker_log_away(const struct lbr_trouble *trouble)
{
	if (away && last == trouble->cause)
		return;
	away = true;
	last = trouble->cause;
	lbr_broker_log(LOG_ERR, "the database cannot be used: %s (%s); until it can, nobody signs in", words_of(trouble->cause),
	               trouble->detail);
}

void lbr_broker_log_back(const char *server)
{
	if (away)
		lbr_broker_log(LOG_NOTICE, "the database answers again (%s)", server);
	away = false;
}

/* Codes are judged by the database's clock, so nobody is refused yet. */
void lbr_broker_log_skew(int64_t skew_s)
{
	bool far = skew_s > SKEW_WARN_S || skew_s < -SKEW_WARN_S;

	if (far && !skewed)
		lbr_broker_log(LOG_WARNING, "this host's clock is %" PRId64 " s %s the database's: check its time service; beyond 90 s "
		               "nobody signs in here", skew_s > 0 ? skew_s : -skew_s, skew_s > 0 ? "ahead of" : "behind");
	else if (skewed && !far)
		lbr_broker_log(LOG_NOTICE, "this host's clock and the database's agree again");
	skewed = far;
}
