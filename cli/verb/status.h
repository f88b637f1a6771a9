/* `status`: what a monitor is told of this machine's sign-in. */
#ifndef CLI_STATUS_H
#define CLI_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "admin_session.h"
#include "standing.h"

/* A monitor's own numbers, which are also the exit statuses. */
enum monitor_level { MONITOR_OK = 0, MONITOR_WARNING = 1, MONITOR_CRITICAL = 2, MONITOR_UNKNOWN = 3 };

#define MONITOR_NAMES_MAX 5 /* the line stays one that a screen shows */
#define MONITOR_TEXT_MAX 4096 /* more than all problems together */

struct monitor_names {
	unsigned count;
	char     names[MONITOR_NAMES_MAX][LBR_NAME_MAX + 1];
};

struct monitored {
	const struct cli    *cli;
	const char          *only; /* this account alone; NULL: all */
	enum monitor_level   level;
	struct admin_session session;
	int64_t              now_s;
	char                 problems[MONITOR_TEXT_MAX], facts[MONITOR_TEXT_MAX]; /* each joined by ", " */
	bool                 counted, measured, key_is_foreign;
	unsigned             accounts, invited, waiting;
	struct monitor_names disabled, expired, locked, damaged, ahead;
	unsigned long long   free_mb, free_files; /* free_files: ULLONG_MAX where the file system has no such bound */
	unsigned             answer_ms;
};

/* Adds a problem, or with MONITOR_OK a fact; the words are strings, ending with NULL. */
void cli_monitor_say(struct monitored *on, enum monitor_level level, enum cli_text text, ...) __attribute__((sentinel));
void cli_monitor_say_reason(struct monitored *on, enum monitor_level level, const struct lbr_reason *reason);

/* status_agent.c: does an agent answer? Called as root. */
void cli_monitor_agent(struct monitored *on);

/* status_look.c: the accounts and their clock; the space for them. */
void cli_monitor_accounts(struct monitored *on);
void cli_monitor_space(struct monitored *on);

/* status_say.c: the one line. */
void cli_monitor_print(const struct monitored *on);

#endif
