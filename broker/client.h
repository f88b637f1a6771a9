/* One program that asks: its connection, and the thread that answers it. */
#ifndef BROKER_CLIENT_H
#define BROKER_CLIENT_H

#include "db_pool.h"

struct lbr_client_of_store;

/* Makes one; `place` is of lbr_clients_enter, or -1: the only one, and `fd` stays open. NULL: no memory. */
struct lbr_client_of_store *lbr_client_of_store(struct lbr_db_pool *pool, int fd, int place);

/* Answers until the other side closes, then gives its place back and frees `client`. A thread's function. */
void *lbr_client_serve(void *client);

#endif
