/* An account as a line of the file: everything of it that another machine can use. Pure. */
#ifndef CLI_BACKUP_PERSON_H
#define CLI_BACKUP_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/account.h>
#include <liberations/counters.h>
#include <liberations/error.h>
#include <liberations/history.h>
#include <liberations/keyring.h>

#include "backup_seal.h"

/* A secret as a whole: the caller wipes it. */
struct backup_person {
	struct lbr_account  account;  /* without its sealed token, until it is taken in */
	unsigned char       key[LBR_TOKEN_KEY_LEN];
	struct lbr_counters counters;
	struct lbr_history  history;
	unsigned            recovery_left; /* codes on the sheet when the file was made; their MACs are not in it */
};

/* Writes it as one JSON object; `ret` ends with a NUL, and the caller wipes it. Returns its length, 0: no memory. */
size_t cli_backup_write(const struct backup_person *person, char ret[BACKUP_TEXT_MAX]);

/* Reads it: each field once, no other, each in its range. False: something else; `ret` is then empty. */
bool cli_backup_read(const char *text, size_t len, struct backup_person *ret);

/* The line that closes the file says how many there are. */
size_t cli_backup_write_end(unsigned count, char ret[BACKUP_TEXT_MAX]);
bool cli_backup_read_end(const char *text, size_t len, unsigned *ret_count);

/* Makes of it what this machine may keep: its token sealed under the key in force, no code good up to `least_step`, no recovery
 * codes, no waits, and nothing that the other machine's key made. LBR_ERR_SYNTAX: no account can hold this. Else as lbr_random. */
enum lbr_error cli_backup_take_in(const struct lbr_keyring *keyring, int64_t least_step, struct backup_person *person);

#endif
