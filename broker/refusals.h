/* Why a connection could not be made, from what libpq says. */
#ifndef BROKER_REFUSALS_H
#define BROKER_REFUSALS_H

#include "db_link.h"

/* Sets cause and hint. `said` is libpq's message: of a server, its SQLSTATE; else libpq's own English. `where` is the server. */
void lbr_refusal_explain(const char *said, const char *where, struct lbr_trouble *trouble);

#endif
