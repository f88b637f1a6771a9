/* Why there is no answer, and what root can do about it. */
#include "remote_parts.h"

/* Those that name nothing more, and those that name what the database or the system said. */
#define PLAIN_CAUSE(cause, why)  \
	case LBR_STORE_##cause:                                                         \
		(void)lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(STORE_##why));      \
		break
#define DETAILED_CAUSE(cause)                                                                            \
	case LBR_STORE_##cause:                                                                    \
		(void)lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(STORE_##cause), tell->detail); \
		break

static void explain(const struct lbr_store_tell *tell, struct lbr_reason *reason)
{
	switch (tell->cause) {
		PLAIN_CAUSE(FINE, BROKEN);
		PLAIN_CAUSE(CAUSES, BROKEN);
		PLAIN_CAUSE(BROKEN, BROKEN);
		PLAIN_CAUSE(NO_BROKER, NO_BROKER);
		PLAIN_CAUSE(NO_ANSWER, NO_ANSWER);
		PLAIN_CAUSE(LOST, LOST);
		PLAIN_CAUSE(NOT_CONFIRMED, NOT_CONFIRMED);
		PLAIN_CAUSE(UNCONFIRMED, UNCONFIRMED);
		PLAIN_CAUSE(NO_STANDBY, NO_STANDBY);
		PLAIN_CAUSE(ANOTHER_LINE, ANOTHER_LINE);
		PLAIN_CAUSE(NEW_EPOCH, NEW_EPOCH);
		PLAIN_CAUSE(NO_REALM, NO_REALM);
		PLAIN_CAUSE(KEY, KEY);
		DETAILED_CAUSE(NO_SERVER);
		DETAILED_CAUSE(FORGOT);
		DETAILED_CAUSE(OLD_PRIMARY);
		DETAILED_CAUSE(NO_RIGHTS);
		DETAILED_CAUSE(SCHEMA);
		DETAILED_CAUSE(FULL);
		DETAILED_CAUSE(CREDENTIALS);
		DETAILED_CAUSE(CLOCK);
	}
}

enum lbr_error lbr_remote_fail(const struct lbr_store_tell *tell, struct lbr_reason *reason)
{
	switch (tell->result) {
	case LBR_STORE_REFUSED:
		return lbr_fail(reason, LBR_ERR_UNSAFE, LBR_WHY(STORE_MAY_NOT));
	case LBR_STORE_BUSY:
		return lbr_fail(reason, LBR_ERR_BUSY, LBR_WHY(STORE_BUSY));
	case LBR_STORE_UNKNOWN:
		explain(tell, reason);
		return LBR_ERR_UNKNOWN;
	default:
		explain(tell, reason);
		return LBR_ERR_UNREACHABLE;
	}
}
