/* Handing the messages of the spool to the mail system. */
#ifndef CLI_DELIVER_H
#define CLI_DELIVER_H

#include <liberations/messages.h>

#include "admin_session.h"
#include "carriers.h"

#define CLI_GIVE_UP_S (2 * 86400) /* after the first try */

struct delivering {
	struct cli          *cli;
	struct admin_session session;
	struct carriers      carriers;
	struct lbr_spool    *spool;
	const char          *run;    /* only the messages of this run; NULL: all */
	int64_t              now_s;
	unsigned             sent, queued, failed, unknown;
	enum cli_status      status; /* the worst so far */
};

/* Tries every message that is due, and says one line about each; with a `run`, about those that wait too. */
void cli_deliver(struct delivering *delivering);

/* Says one line about a person: "sent", "queued", "failed", "unknown" or "no-contact". */
void cli_deliver_tell(const struct delivering *delivering, const char *name, const char *result, int64_t next_s);

#endif
