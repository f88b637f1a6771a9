/* What no sign-in of this kind can do without: one yescrypt hash, one MAC, one small write in place that reaches the disk. */
#ifndef TESTS_BENCH_FLOOR_H
#define TESTS_BENCH_FLOOR_H

#include <crypt.h>

#include "stage.h"

struct floor {
	char          path[128];
	char          setting[CRYPT_GENSALT_OUTPUT_SIZE];
	int           fd;
	unsigned char turn;
};

struct floor floor_make(const struct world *world);

/* Seconds of one turn. */
double floor_take(struct floor *floor);

/* The hash alone. */
void floor_hash(const struct floor *floor);

#endif
