/* The files to import, read whole with the rights of the caller. */
#ifndef CLI_IMPORT_INPUT_H
#define CLI_IMPORT_INPUT_H

#include <stddef.h>
#include <sys/types.h>

#include "cli.h"

struct import_input {
	const char *path;
	char       *bytes;
	size_t      len;
	uid_t       owner;
	char        owner_name[LBR_NAME_MAX + 1]; /* of the Unix user; "": root, or without a name */
};

/* Reads it. One line on standard error unless CLI_DONE. */
enum cli_status cli_import_input_read(const struct cli *cli, const char *path, struct import_input *ret);

/* Wipes and frees. */
void cli_import_input_free(struct import_input *input);

#endif
