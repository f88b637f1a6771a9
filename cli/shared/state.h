/* The state of the shared accounts, as `store status` shows it and `doctor` judges it. */
#ifndef CLI_SHARED_STATE_H
#define CLI_SHARED_STATE_H

#include "desk.h"
#include "finding.h"

/* Surveys both sides and judges them. */
void cli_shared_judge_database(struct desk *desk, struct findings *to);

/* Surveys both sides, tries the broker of this host, and judges all of it. `*ret_loads`: an agent of this host can load an
 * account. */
void cli_shared_judge(struct desk *desk, struct findings *to, bool *ret_loads);

/* store_status_say.c, store_status_json.c */
void cli_shared_say(const struct desk *desk, const struct findings *found, bool loads);
void cli_shared_say_json(const struct desk *desk, const struct findings *found, bool loads);

#endif
