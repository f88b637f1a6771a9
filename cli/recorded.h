/* The uid that an account records, compared with the system's. No module of the name service runs while a key is in memory: it
 * is asked before the store is opened or after it is closed. */
#ifndef CLI_RECORDED_H
#define CLI_RECORDED_H

#include <stdbool.h>
#include <stdint.h>

#include "cli.h"

struct recorded {
	bool     has_uid; /* the account records one */
	uint32_t uid;
	bool     looked_up; /* the name service answered; else the rest is empty */
	bool     is_in_system; /* there is a user of that name, with this uid */
	uint32_t system_uid;
	bool     differs; /* the system's user has another uid than the recorded one, or has left */
};

/* Asks the name service for the user of that name, if has_uid is set; sets the rest. Prints nothing. */
void cli_recorded_look_up(const char *name, struct recorded *recorded);

/* If the recorded uid is not the system's: says so on standard error, in one line, and what settles it. */
void cli_recorded_tell(const struct cli *cli, const char *name, const struct recorded *recorded);

#endif
