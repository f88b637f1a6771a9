/* Bringing one connection up: to the first server of the list that may be used. */
#ifndef BROKER_DB_POOL_UP_H
#define BROKER_DB_POOL_UP_H

#include "db_pool.h"

/* What came of it. */
struct lbr_bringing {
	bool               up;
	bool               condemned; /* the server that the other connections use may not be used any more */
	char               passed[LBR_DETAIL_MAX]; /* the first server that answered and may not be used; or "" */
	unsigned           passed_at; /* its place in the list */
	struct lbr_trouble trouble;   /* why that one may not be used, or why none of the list can be reached */
};

/* Connects where it must, and greets, server after server until one of them may be used. `keys`: as in struct lbr_greeting. Called
 * by the tender alone, without the mutex; `link` is taken. One that has ended is made anew once, and no fault. */
void lbr_db_pool_bring_up(struct lbr_db_pool *pool, struct lbr_db_link *link, const char *keys, struct lbr_bringing *ret);

#endif
