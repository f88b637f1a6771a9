/* The chains through the table of sessions: by id, by name, and the free slots. */
#ifndef PORTAL_SESSION_CHAINS_H
#define PORTAL_SESSION_CHAINS_H

#include "session_table.h"

/* Empties all chains. */
void lbr_chains_begin(struct lbr_session_table *table);

/* A slot that is in no chain becomes a session's, or free. */
void lbr_chains_take(struct lbr_session_table *table, uint32_t index, const unsigned char hash[32],
                     const struct lbr_web_session *session);
void lbr_chains_free(struct lbr_session_table *table, uint32_t index);

/* A session's slot leaves its chains. */
void lbr_chains_leave(struct lbr_session_table *table, uint32_t index);

/* What a name is called in its chain: a keyed hash, so that a stranger cannot choose names that share one. Different names may
 * share it. */
uint64_t lbr_chains_person(const struct lbr_session_table *table, const char *user);

/* The bytes of a slot. */
unsigned char *lbr_session_bytes(const struct lbr_session_table *table, uint32_t index);

#endif
