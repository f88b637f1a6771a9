/* Facts computed from an account and its counters, none of them stored. */
#ifndef CLI_FACTS_H
#define CLI_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "admin_session.h"

/* Returns when the password stops being valid: a temporary one with its invitation, a person's own by age. INT64_MAX: never.
 * 0: now, because it must be changed. */
int64_t cli_facts_end(const struct lbr_account *account, const struct lbr_settings *settings);

struct lane_facts {
	unsigned password_failures, code_failures;
	unsigned wait_s; /* 0: none */
	bool     locked;
};

struct lane_facts cli_facts_lane(const struct lbr_counters *counters, enum lbr_lane lane,
                                 const struct lbr_settings *settings, int64_t now_s);

const char *cli_facts_password(const struct lbr_account *account); /* "temporary" or "own" */
const char *cli_facts_token(const struct lbr_account *account);    /* "pending" or "confirmed" */

#endif
