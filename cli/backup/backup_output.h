/* The file that `export` makes: nobody else's to read, and either whole or gone. */
#ifndef CLI_BACKUP_OUTPUT_H
#define CLI_BACKUP_OUTPUT_H

#include <stdbool.h>
#include <sys/types.h>

#include "cli.h"

struct backup_output {
	const char *path;
	int         fd, directory, pipe;
	pid_t       guard; /* removes the file unless it hears that it is whole: this process soon may not, and may be killed */
};

/* Makes the file, which must not exist, with the rights of the caller of sudo, and starts its guard. Call it before any secret is
 * in memory. CLI_FAULT after one line on standard error. */
enum cli_status cli_backup_create(const struct cli *cli, const char *path, struct backup_output *ret);

/* Ends it: syncs file and directory if it is `whole`, else removes it; also after a failed create. False, with errno: it is gone,
 * since it could not be synced. */
bool cli_backup_end(struct backup_output *output, bool whole);

#endif
