/* The questions of store_wire.h as calls of the schema lbr_v1 (packaging/store/), and its answers as answers. */
#ifndef BROKER_STATEMENTS_H
#define BROKER_STATEMENTS_H

#include <liberations/store_schema.h>
#include <liberations/store_wire.h>

#include "db_link.h"
#include "parameters.h"

/* Statements that answer no question by themselves. */
#define LBR_STATEMENT_HELLO "hello"
#define LBR_STATEMENT_ADOPT "adopt"
#define LBR_STATEMENT_BEAT "beat"
#define LBR_STATEMENT_REPORT_LOSS "report_loss"
#define LBR_STATEMENT_LOAD_MANY "load_many"
#define LBR_STATEMENT_COMMIT_MANY "commit_many"
#define LBR_STATEMENT_LOAD_ALONE "load_alone"
#define LBR_STATEMENT_BEGIN "begin"
#define LBR_STATEMENT_END "end"
#define LBR_STATEMENT_UNDO "undo"

/* Prepares every statement that `admin` needs, but for those that are prepared when they are asked. */
bool lbr_statements_prepare(struct lbr_db_link *link, bool admin, int64_t until_ms);

/* Prepares the statement of a kind of question, which has one, if that is to be done each time that it is asked. Fates as
 * lbr_db_link_prepare. */
enum lbr_fate lbr_statement_prepare_late(struct lbr_db_link *link, enum lbr_store_what what, int64_t until_ms,
                                         struct lbr_trouble *trouble);

/* Returns the statement of a kind of question; NULL: it has none. */
const char *lbr_statement_of(enum lbr_store_what what);

/* Writes the parameters of a question. They point into `ask` and `link`. */
void lbr_statement_fill(const struct lbr_store_ask *ask, const struct lbr_db_link *link, struct lbr_parameters *parameters);

/* Reads row `at` of the answer into `tell`. LBR_ERR_SYNTAX: it breaks a rule; `tell` then says BROKEN. */
enum lbr_error lbr_statement_read(const struct lbr_store_ask *ask, const PGresult *result, int at, struct lbr_store_tell *tell);

#endif
