/* The keeper's loop: one that never waits for anybody. */
#ifndef PORTAL_KEEPER_LOOP_H
#define PORTAL_KEEPER_LOOP_H

#include <signal.h>

#include "keeper.h"

/* Serves people. After the first signal, counted by a handler in `*signals`, it answers what has come in and ends; after the second
 * one it ends at once. Returns 0, or 1 if it cannot go on. */
int lbr_keeper_run(struct lbr_keeper *keeper, const volatile sig_atomic_t *signals);

#endif
