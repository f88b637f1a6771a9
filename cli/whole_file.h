/* A file that the caller names, read whole into memory that leaves nothing behind. */
#ifndef CLI_WHOLE_FILE_H
#define CLI_WHOLE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "cli.h"

struct cli_whole_file {
	char  *bytes;
	size_t len, size; /* in use, and allocated */
	uid_t  owner;     /* of a regular file; else 0 */
};

/* Reads the file `path`, "-" for standard input, with the rights of the caller of sudo, who sees what is said of it: a regular
 * file, or a pipe where no such caller exists. Reading stops beyond `most` bytes; `ret->len` is then greater. CLI_FAULT after one
 * line on standard error. The caller frees `ret`, also on failure. */
enum cli_status cli_whole_file_read(const struct cli *cli, const char *path, size_t most, struct cli_whole_file *ret);

/* Wipes and frees. */
void cli_whole_file_free(struct cli_whole_file *file);

#endif
