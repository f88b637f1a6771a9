/* The schema of the shared store's database, which is part of the programs so that it is always that of their release. */
#ifndef LIBERATIONS_STORE_SCHEMA_H
#define LIBERATIONS_STORE_SCHEMA_H

#define LBR_SCHEMA_NEWEST 1 /* versions of the schema that this release speaks */
#define LBR_SCHEMA_OLDEST 1

/* Returns the text of packaging/store/lbr_v1.sql. Static. */
const char *lbr_store_schema(void);

#endif
