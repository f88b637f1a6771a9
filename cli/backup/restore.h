/* What `restore` says of each account, and of all. */
#ifndef CLI_RESTORE_H
#define CLI_RESTORE_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/settings.h>

#include "backup_person.h"
#include "cli.h"

enum restore_outcome {
	RESTORE_TAKEN,  /* or would be */
	RESTORE_EXISTS, /* has an account here, which stays as it is */
	RESTORE_LOOKS,  /* somebody's name here looks the same */
	RESTORE_FAULT,  /* was told already */
};

struct restore_sum {
	unsigned taken, skipped;
	bool     has_uid; /* one of them records a uid */
};

/* Says it in one line, with what is to be done below, or as one JSON object, and counts it. */
void cli_restore_report(const struct cli *cli, const struct lbr_settings *settings, int64_t now_s,
                        const struct backup_person *person, enum restore_outcome outcome, struct restore_sum *sum);

void cli_restore_report_sum(const struct cli *cli, const struct restore_sum *sum);

#endif
