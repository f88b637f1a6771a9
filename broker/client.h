/* One program that asks: its connection, and the thread that answers it. */
#ifndef BROKER_CLIENT_H
#define BROKER_CLIENT_H

#include "db_pool.h"

struct lbr_client_of_store {
	struct lbr_db_pool *pool;
	int              fd;
};

/* Answers until the other side closes, then closes `fd` and frees `client`. A thread's function. */
void *lbr_client_serve(void *client);

#endif
