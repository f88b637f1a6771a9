/* Root's questions about a database that no greeting may have accepted: on a connection of their own, apart from the pool. */
#ifndef BROKER_DB_DESK_H
#define BROKER_DB_DESK_H

#include "db_pool.h"
#include "db_facts.h"

/* Asks in words, not prepared before. `*ret` as of lbr_db_link_ask; every column is to be text. */
enum lbr_fate lbr_desk_ask(struct lbr_db_link *link, const char *sql, int64_t until_ms, PGresult **ret,
                           struct lbr_trouble *trouble);

/* Runs a script of several statements, each within `limit_ms`. */
enum lbr_fate lbr_desk_run(struct lbr_db_link *link, const char *script, int limit_ms, struct lbr_trouble *trouble);

/* db_survey.c: adds what the connection and the server tell. ANSWERED, or why not, with the facts that there are. */
enum lbr_fate lbr_survey(struct lbr_db_link *link, int64_t until_ms, struct lbr_facts *facts, struct lbr_trouble *trouble);

/* db_survey.c: adds what the settings say, and what was confirmed to this host. */
void lbr_survey_host(const struct lbr_db_pool *pool, struct lbr_facts *facts);

/* db_tls.c: adds how the connection is protected, and when the certificates of both sides end. */
void lbr_survey_tls(const struct lbr_db_link *link, struct lbr_facts *facts);

/* db_install.c: makes schema and roles, or brings them up to this release, and makes the login `host` unless it is "". `empty`:
 * only where there are no accounts yet; `*ret_exists` says that there are, and nothing was done. */
enum lbr_fate lbr_install(struct lbr_db_link *link, const char *host, bool empty, bool *ret_exists, struct lbr_trouble *trouble);

#endif
