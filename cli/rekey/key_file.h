/* The key file as its owner changes it: root, or in a scratch directory its owner. */
#ifndef CLI_REKEY_KEY_FILE_H
#define CLI_REKEY_KEY_FILE_H

#include <sys/stat.h>

#include "cli.h"
#include "key_text.h"

struct key_file {
	const char *path;
	int         directory, fd; /* `fd` bears the lock of the one who changes it */
	const char *name;          /* in the directory */
	struct stat seen;
};

/* Opens the file along a path that only root can have made, locks it against another `rekey`, and reads it. CLI_DONE, or reports
 * what is wrong; the file is then closed. CLI_NO: another `rekey` is changing it. */
enum cli_status cli_key_file_open(struct cli *cli, const char *path, struct key_file *file, struct key_text *text);

/* Puts `text` in its place, durably, with the same owner, group and mode: a file beside it that is renamed. At any moment the
 * whole old file or the whole new one is there. CLI_DONE, or reports what is wrong. */
enum cli_status cli_key_file_replace(struct cli *cli, const struct key_file *file, const struct key_text *text);

void cli_key_file_close(struct key_file *file);

#endif
