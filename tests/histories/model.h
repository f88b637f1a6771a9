/* One person's accounts as if everything were done one after the other: what the library's pure functions make of them. */
#ifndef TESTS_MODEL_H
#define TESTS_MODEL_H

#include "history.h"

struct place_of_name {
	bool                there, was_renamed;
	uint8_t             key;
	struct lbr_account  account;
	struct lbr_counters counters;
	struct lbr_history  history;
};

struct state {
	int64_t              floor;
	struct place_of_name names[NAMES];
};

/* Does `op` next. False: then it would have been answered otherwise. Of one that was perhaps done, any answer will do. */
bool state_do(const struct history *history, const struct op *op, struct state *state);

#endif
