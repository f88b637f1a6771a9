/* Root's questions about the database of the shared accounts, before any host signs in with it or where none can. They go through a
 * broker of root's own, on a store of lbr_store_open_shared and no other, and need no greeting.
 */
#ifndef LIBERATIONS_STORE_DESK_H
#define LIBERATIONS_STORE_DESK_H

#include <stdbool.h>

#include <liberations/store.h>

/* One fact: names and values are those of broker/db_survey.c; clean ASCII. Valid until the callback returns. */
typedef void lbr_store_fact(void *context, const char *name, const char *value);

/* Asks what is known; until it is heard, nothing else may be asked. LBR_ERR_UNREACHABLE: the broker is gone, and nothing is to be
 * heard. */
enum lbr_error lbr_store_survey_ask(struct lbr_store *store, struct lbr_reason *reason);

/* Calls `fact` for everything that was answered, also where the end is an error. A fact may not ask the same store.
 * LBR_ERR_UNREACHABLE: the database does not answer, and the facts are those of this host alone. */
enum lbr_error lbr_store_survey_hear(struct lbr_store *store, lbr_store_fact *fact, void *context, struct lbr_reason *reason);

/* Makes the schema, or brings it up to this release, and makes the login of the host unless `host` is "". `empty`: only where there
 * are no accounts yet. LBR_ERR_EXISTS: there are. LBR_ERR_UNREACHABLE: nothing was changed. LBR_ERR_UNKNOWN: perhaps, and it may be
 * done again. */
enum lbr_error lbr_store_install(struct lbr_store *store, const char *host, bool empty, struct lbr_reason *reason);

/* Accepts what the database lost: all hosts forget that they were told of it, and no code up to now is accepted any more. Errors as
 * lbr_store_install. */
enum lbr_error lbr_store_accept_loss(struct lbr_store *store, struct lbr_reason *reason);

/* Writes the login that made the account of this name: that of the host that brought or enrolled it. LBR_ERR_ABSENT: it is not
 * known; other errors as lbr_store_load. `*ret_login` is empty unless LBR_OK. */
enum lbr_error lbr_store_maker(struct lbr_store *store, const char *name, char ret_login[LBR_NAME_MAX + 1],
                               struct lbr_reason *reason);

#endif
