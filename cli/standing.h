/* What keeps an account from an ordinary sign-in, and until when: for `list` and `status`. */
#ifndef CLI_STANDING_H
#define CLI_STANDING_H

#include <stdbool.h>
#include <stdint.h>

#include "facts.h"

/* In the order in which they are told. */
enum standing_fact {
	STANDING_DISABLED = 0,
	STANDING_LOCKED,        /* a lane: see `lanes` */
	STANDING_WAITS,         /* a lane, until now + wait_s */
	STANDING_EXPIRED,       /* the password or the invitation */
	STANDING_MUST_CHANGE,
	STANDING_INVITED,       /* has never signed in */
	STANDING_TEMPORARY,     /* has, but got a temporary password since */
	STANDING_OTHER_UID,     /* the system's user of that name has another uid: cli_recorded_look_up knows, and sets it */
	STANDING_NO_USER,       /* a uid is recorded, and the name has left the system: likewise */
	STANDING_FACTS,
};

struct standing {
	bool              facts[STANDING_FACTS];
	int64_t           now_s;
	int64_t           end_s; /* as cli_facts_end */
	struct lane_facts lanes[LBR_LANES];
};

struct standing cli_standing(const struct lbr_account *account, const struct lbr_counters *counters,
                             const struct lbr_settings *settings, int64_t now_s);

/* "console", "known" or "stranger", for programs. */
const char *cli_lane_name(enum lbr_lane lane);

#endif
