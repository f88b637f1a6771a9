/* The greeting of a connection: whether the database is the one that this host knows, and does what its settings demand. */
#ifndef BROKER_GREET_H
#define BROKER_GREET_H

#include <stdbool.h>
#include <stdint.h>

#include "db_link.h"

struct lbr_greeting {
	const struct lbr_store_settings *settings;
	struct lbr_marks                *marks;
	const char                      *keys;   /* of this host's seal key, with commas between; "": not known yet */
	bool                             founds; /* for root, who may be about to found a set of accounts: there need be none */
	int64_t                          now_us; /* this host's clock; since 1970 */
};

/* Says hello, judges what it hears, and adopts a database that was restarted, promoted or restored, since that only refuses
 * codes. False: the link is down, and says why. */
bool lbr_db_link_greet(struct lbr_db_link *link, const struct lbr_greeting *greeting, int64_t until_ms);

/* Commits what decides nothing, and waits until it is confirmed: for good where no standby does, so that only one such commit hangs
 * at the server. False: the link is down, and says why. */
bool lbr_db_link_beat(struct lbr_db_link *link, int64_t until_ms);

#endif
