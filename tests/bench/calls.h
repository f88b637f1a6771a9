/* How many system calls a sign-in costs, counted by strace(1) where there is one. */
#ifndef TESTS_BENCH_CALLS_H
#define TESTS_BENCH_CALLS_H

#include "stage.h"

/* Prints its lines, or why it cannot. Uses the accounts from `first` on; returns the first that is left. */
unsigned calls_measure(const struct world *world, const char *self, unsigned first);

#endif
