/* Why a connection could not be made, from what libpq says. */
#ifndef BROKER_REFUSALS_H
#define BROKER_REFUSALS_H

#include "db_link.h"

/* What libpq is spared, since it would wait without an end. */
#define LBR_NAME_UNKNOWN "could not translate host name"
#define LBR_NAME_SERVER_SILENT "name servers are silent"

/* Sets cause and hint. `said` is libpq's message: of a server, its SQLSTATE; else libpq's own English. `where` is the server. */
void lbr_refusal_explain(const char *said, const char *where, struct lbr_trouble *trouble);

#endif
