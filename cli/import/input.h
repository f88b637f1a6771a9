/* A file to import, and whose it is. */
#ifndef CLI_IMPORT_INPUT_H
#define CLI_IMPORT_INPUT_H

#include "cli.h"
#include "whole_file.h"

struct import_input {
	struct cli_whole_file file;
	char                  owner_name[LBR_NAME_MAX + 1]; /* of the Unix user; "": root, without a name, or not asked for */
};

/* Reads it whole; `with_owner`: also asks NSS whose it is. One line on standard error unless CLI_DONE. The caller frees `ret->file`
 * with cli_whole_file_free, also on failure. */
enum cli_status cli_import_input_read(const struct cli *cli, const char *path, bool with_owner, struct import_input *ret);

#endif
