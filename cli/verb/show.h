/* One account as `show` prints it. */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include <stdbool.h>
#include <stdint.h>

#include "facts.h"
#include "recorded.h"
#include "unix_facts.h"

struct shown {
	const struct cli          *cli;
	const struct lbr_account  *account;
	const struct lbr_counters *counters;
	int64_t                    now_s;
	int64_t                    end_s; /* as cli_facts_end */
	bool                       ended; /* expired, or the invitation has ended */
	struct recorded            recorded;
	struct unix_facts          unix_account;
	struct lane_facts          lanes[LBR_LANES];
};

void cli_show_json(const struct shown *shown);

#endif
