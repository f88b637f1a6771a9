/* An account on its way into the world: fields "word=value", applied in order. */
#ifndef TESTS_PAM_WORLD_DRAFT_H
#define TESTS_PAM_WORLD_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "world.h"

enum harm { HARM_NONE, HARM_ACCOUNT, HARM_COUNTERS, HARM_NO_COUNTERS, HARM_ABSENT };

struct draft {
	struct world_place *place;
	struct lbr_account  account;
	struct lbr_counters counters;
	enum harm           harm;
	int64_t             now_s;
};

/* False: the value cannot be used. */
bool draft_set_password(struct draft *draft, const char *value);
bool draft_set_key(struct draft *draft, const char *value);

/* Own password, confirmed token, no failures, nothing harmed. */
void draft_make_own(struct draft *draft);

/* One field. False: it is not understood. */
bool draft_apply(struct draft *draft, const char *field);

#endif
