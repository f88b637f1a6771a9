/* How many system calls a sign-in costs, counted by strace(1) where there is one. */
#ifndef TESTS_BENCH_CALLS_H
#define TESTS_BENCH_CALLS_H

#include "stage.h"

/* Prints its lines, or why it cannot. Uses the accounts from `first` on; returns the first that is left. */
unsigned calls_measure(const struct world *world, const char *self, unsigned first);

/* Prints where the time of a sign-in goes, if perf(1) can tell. Takes fresh accounts from `first` on and returns the next. */
unsigned phases_measure(const struct world *world, const char *self, unsigned first);

#endif
