/* The schema of the shared store's database, which is part of the programs so that it is always that of their release; and what
 * broker and command demand of that database alike. */
#ifndef LIBERATIONS_STORE_SCHEMA_H
#define LIBERATIONS_STORE_SCHEMA_H

#include <stdbool.h>

#define LBR_SCHEMA_NEWEST 1 /* versions of the schema that this release speaks */
#define LBR_SCHEMA_OLDEST 1
#define LBR_SCHEMA_EDITION 2 /* of lbr_v1.sql: a lower one in a database lacks fixes, or functions that root's commands call */

#define LBR_SKEW_WARNED_S 10  /* between a host's clock and the database's */
#define LBR_SKEW_REFUSED_S 90 /* beyond that nobody signs in there: somebody must notice */

/* Returns true if these settings of the database mean that a standby confirms each commit. */
bool lbr_is_confirmed(const char *synchronous_commit, const char *synchronous_standby_names);

/* Returns the text of packaging/store/lbr_v1.sql. Static. */
const char *lbr_store_schema(void);

#endif
