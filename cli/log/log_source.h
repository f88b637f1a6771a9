/* Where the lines of the log come from: the journal, which knows who wrote a line, or a syslog file, which does not. */
#ifndef CLI_LOG_SOURCE_H
#define CLI_LOG_SOURCE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "log_line.h"

struct log_source {
	FILE  *file;      /* what is read; the owner closes it with cli_log_source_close */
	pid_t  journal;   /* journalctl(1), whose output it is; 0: a syslog file */
	uid_t  owner;     /* of the store: this user and root write the journal's lines */
	int64_t now_s, since_s;
};

/* Starts journalctl(1) with fixed arguments. Returns 0 or an errno. */
int cli_log_source_start(struct log_source *source);

/* Reads up to the next line about an account that is not older than since_s; false at the end. Lines under the programs' names that
 * others wrote are passed over. */
bool cli_log_source_next(struct log_source *source, struct log_line *ret);

/* Returns false if not everything could be read. */
bool cli_log_source_close(struct log_source *source);

#endif
