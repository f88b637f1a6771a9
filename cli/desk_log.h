/* What was done at the desk, for the log of the machine and for its audit trail: who did what, about whom, and how it ended. Never
 * a secret. */
#ifndef CLI_DESK_LOG_H
#define CLI_DESK_LOG_H

#include <stdbool.h>

#include "cli.h"

/* Notes who runs this verb, while the process is still theirs; opens the log, and the way to the audit trail. Call it before the
 * verb runs. */
void cli_desk_log_begin(const struct cli *cli);

/* Writes the line about what the verb did to the account `name`; NULL: to none in particular. */
void cli_desk_log(const struct cli *cli, const char *name, enum cli_status status);

/* The same; `changed`: it was not so already. */
void cli_desk_log_change(const struct cli *cli, const char *name, enum cli_status status, bool changed);

/* Two lines, one about each name, so that the log of either shows it. */
void cli_desk_log_rename(const struct cli *cli, const char *from, const char *to, enum cli_status status);

/* The line of a verb that goes through everybody: how often it did what it is for. */
void cli_desk_log_count(const struct cli *cli, enum cli_status status, bool changed, unsigned count);

/* The line of a verb that is about a PAM service; `step`: what it did, "on" or "off". */
void cli_desk_log_service(const struct cli *cli, const char *service, const char *step, enum cli_status status, bool changed);

/* The line of a switch that is over and could not be taken back, with what cli_fail said last: why, and what to do. */
void cli_desk_log_overdue(const struct cli *cli, const char *service, enum cli_status status);

/* After the verb: a verb that failed before it came to any account gets its line too. */
void cli_desk_log_end(const struct cli *cli, enum cli_status status);

#endif
