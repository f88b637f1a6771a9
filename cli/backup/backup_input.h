/* The file that `restore` reads, line by line, twice: once to judge all of it, once to take it in. */
#ifndef CLI_BACKUP_INPUT_H
#define CLI_BACKUP_INPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "backup_person.h"
#include "backup_seal.h"
#include "cli.h"

struct backup_input {
	FILE              *file;
	struct backup_seal seal;
	unsigned           people; /* read since the last rewind */
};

/* Opens a regular file with the rights of the caller of sudo, and reads its header. CLI_FAULT after one line on standard error. The
 * caller closes `ret`, also on failure. */
enum cli_status cli_backup_input_open(const struct cli *cli, const char *path, struct backup_input *ret);

/* Goes back to the first person. */
bool cli_backup_input_rewind(struct backup_input *input);

/* Reads the next person; the caller wipes `ret`. `*ret_sound`: it has every field; else `ret` is empty. False: the file's end, if
 * `*ret_fault` is BACKUP_SOUND; else it cannot be used. */
bool cli_backup_input_next(struct backup_input *input, struct backup_person *ret, bool *ret_sound,
                           enum backup_fault *ret_fault);

/* Says what is wrong with the file. Returns CLI_NO for what another passphrase may cure, else CLI_FAULT. */
enum cli_status cli_backup_input_fail(const struct cli *cli, const char *path, enum backup_fault fault);

/* Wipes and closes. */
void cli_backup_input_close(struct backup_input *input);

#endif
