/* What the log says of the database: one line when it goes away, one for each other cause meanwhile, one when it is back. */
#ifndef BROKER_OUTAGE_H
#define BROKER_OUTAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "db_link.h"

enum lbr_outage_state {
	LBR_OUTAGE_NONE,
	LBR_OUTAGE_PART, /* some connections cannot be made, and others serve */
	LBR_OUTAGE_WHOLE /* nobody signs in */
};

/* All zero is a broker that has not begun. */
struct lbr_outage {
	enum lbr_outage_state state;
	uint32_t              told; /* what was told in this state: the causes, as bits */
};

/* Takes what was just seen. Returns true if that is worth a line. */
bool lbr_outage_take(struct lbr_outage *outage, enum lbr_outage_state state, enum lbr_store_cause cause);

/* Takes it, and writes the line. `server` is the one that answers, if one does. */
void lbr_outage_log(struct lbr_outage *outage, enum lbr_outage_state state, const struct lbr_trouble *trouble, const char *server);

/* The line of a server that answers and may not be used, while another one is. */
void lbr_outage_log_passed(const char *server, const struct lbr_trouble *trouble, const char *serving);

#endif
