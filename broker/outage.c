/* What the log says of the database. Read outage.h first. */
#include "outage.h"

#include <syslog.h>

#include "broker_log.h"

static const char *words_of(enum lbr_store_cause cause)
{
	switch (cause) {
	case LBR_STORE_NO_SERVER: return "no server of store.conf can be reached";
	case LBR_STORE_NO_ANSWER: return "it does not answer in time";
	case LBR_STORE_LOST: return "the connection ended";
	case LBR_STORE_NOT_CONFIRMED: return "it stored something without the standby's confirmation";
	case LBR_STORE_UNCONFIRMED: return "no standby confirms what it stores";
	case LBR_STORE_NO_STANDBY: return "no standby confirms: set synchronous_standby_names there, or `confirm = server`";
	case LBR_STORE_ANOTHER_LINE: return "it was restarted, promoted or restored, and could not be adopted";
	case LBR_STORE_NEW_EPOCH: return "another host changed the key in force, or adopted it";
	case LBR_STORE_FORGOT: return "ALERT: it lost what it had confirmed to this host: see `liberations store adopt`";
	case LBR_STORE_OLD_PRIMARY: return "ALERT: it is behind a server that this host has seen, or a standby";
	case LBR_STORE_NO_RIGHTS: return "the role lacks a right";
	case LBR_STORE_NO_REALM: return "it holds no accounts yet: run `liberations store init`";
	case LBR_STORE_SCHEMA: return "it has no schema that this release speaks: run `liberations store upgrade`";
	case LBR_STORE_FULL: return "it is out of space or connections";
	case LBR_STORE_CREDENTIALS: return "it refuses this host's credentials, or does not prove its own";
	case LBR_STORE_CLOCK: return "its clock and this host's are too far apart";
	case LBR_STORE_BROKEN: return "its answer is invalid";
	case LBR_STORE_FINE:
	case LBR_STORE_NO_BROKER:
	case LBR_STORE_KEY:
	case LBR_STORE_CAUSES:
		break;
	}
	return "unknown";
}

bool lbr_outage_take(struct lbr_outage *outage, enum lbr_outage_state state, enum lbr_store_cause cause)
{
	uint32_t bit = state == LBR_OUTAGE_NONE ? 0 : (uint32_t)1 << cause;
	bool new = outage->state != state || (outage->told & bit) != bit;

	_Static_assert(LBR_STORE_CAUSES <= 32, "each cause has a bit");
	outage->told = (outage->state == state ? outage->told : 0) | bit;
	outage->state = state;
	return new;
}

void lbr_outage_log(struct lbr_outage *outage, enum lbr_outage_state state, const struct lbr_trouble *trouble, const char *server)
{
	const char *hint = trouble->hint != NULL ? trouble->hint : "";
	const char *dash = trouble->hint != NULL ? ": " : "";

	if (!lbr_outage_take(outage, state, trouble->cause))
		return;
	switch (state) {
	case LBR_OUTAGE_WHOLE:
		lbr_broker_log(LOG_ERR, "the database cannot be used: %s (%s)%s%s; until it can, nobody signs in",
		               words_of(trouble->cause), trouble->detail, dash, hint);
		break;
	case LBR_OUTAGE_PART:
		lbr_broker_log(LOG_WARNING, "a connection to the database is missing: %s (%s)%s%s; the others serve",
		               words_of(trouble->cause), trouble->detail, dash, hint);
		break;
	case LBR_OUTAGE_NONE:
		lbr_broker_log(LOG_NOTICE, "the database answers (%s)", server);
		break;
	}
}

void lbr_outage_log_passed(const char *server, const struct lbr_trouble *trouble, const char *serving)
{
	lbr_broker_log(LOG_WARNING, "%s is passed over: %s; %s serves", server, words_of(trouble->cause), serving);
}
