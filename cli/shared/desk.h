/* What the words of `store` and `doctor` share: the database as root's login and as this host's login see it. */
#ifndef CLI_SHARED_DESK_H
#define CLI_SHARED_DESK_H

#include <liberations/store_desk.h>

#include "admin_session.h"
#include "told.h"
#include "waiting.h"

enum desk_side {
	DESK_ROOT, /* store-admin.conf */
	DESK_HOST, /* store.conf */
	DESK_SIDES
};

struct desk {
	struct cli          *cli;
	struct admin_session session;             /* settings and keyring; its store is not used */
	int                  brokers[DESK_SIDES]; /* -1: not connected */
	struct lbr_store    *stores[DESK_SIDES];
	struct told          told[DESK_SIDES];
	struct waiting       waiting;
	bool                 plain; /* a host without store-admin.conf: the side of root is missing */
};

/* Whether the caller can do with the side of the host alone. */
enum desk_need { DESK_NEEDS_BOTH, DESK_NEEDS_HOST };

/* Reads the configuration, starts a broker for each side and becomes the owner of the accounts. Ends with cli_desk_close in every
 * case. Prints why not. */
enum cli_status cli_desk_open(struct cli *cli, enum desk_need need, struct desk *desk);

/* The same for settings that were read, by a caller who has become the owner since the brokers were started. No message. */
enum lbr_error cli_desk_start(struct cli *cli, enum desk_need need, struct desk *desk, struct lbr_reason *reason);
enum lbr_error cli_desk_take_over(struct desk *desk, struct lbr_reason *reason);

/* Surveys one side, if there is one: desk->told[side] tells, with its error. */
void cli_desk_survey(struct desk *desk, enum desk_side side);

/* The same with the time between asking and hearing left to the caller: both brokers then wait at once for a database that is
 * silent. Each side that was asked is to be heard before anything else is asked there. */
void cli_desk_ask(struct desk *desk, enum desk_side side);
void cli_desk_hear(struct desk *desk, enum desk_side side);
void cli_desk_survey_both(struct desk *desk);

/* What is known of all hosts or, on a plain host, of this one. */
const struct told *cli_desk_told(const struct desk *desk);

void cli_desk_close(struct desk *desk);

/* Whether the broker that the agents of this host use loads an account. */
enum lbr_error cli_desk_try_loading(struct desk *desk, struct lbr_reason *reason);

#endif
