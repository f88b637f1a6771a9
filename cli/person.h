/* A person who is to get an account: the name, and the Unix user of that name. */
#ifndef CLI_PERSON_H
#define CLI_PERSON_H

#include <stdbool.h>
#include <stdint.h>

#include "cli.h"

struct person {
	char              name[LBR_NAME_MAX + 1];
	bool              has_uid;
	uint32_t          uid;
	bool              looked_up; /* NSS answered, by cli_person_find: */
	bool              has_system_uid; /* that there is a user of that name, with this uid, person or not */
	uint32_t          system_uid;
	char              contact[LBR_CONTACT_MAX];
	bool              has_phone;    /* its contact is, or was meant to be, a telephone */
	char              full_name[128]; /* for a letter alone, never stored: the file's, else the Unix user's; "": none */
	enum lbr_language language;
	unsigned          line, column; /* in the file, counted in characters; 0: named on the command line */
	bool              skipped;      /* has an account already, and --skip-existing */
};

/* Checks the name and queries NSS; call it before root is dropped. Leaves the rest of `person` unchanged. CLI_USAGE: not a valid
 * account name. CLI_NO: a system user, without --system. CLI_FAULT: NSS. Each after one line on standard error. */
enum cli_status cli_person_take(const struct cli *cli, const char *name, struct person *person);

/* Checks and takes the name alone. CLI_USAGE after one line on standard error. */
enum cli_status cli_person_take_name(const struct cli *cli, const char *name, struct person *person);

/* Sets the person's contact address. Checks only that it cannot be mistaken for anything else, not that it exists.
 * CLI_USAGE after one line on standard error. */
enum cli_status cli_person_set_contact(const struct cli *cli, const char *address, struct person *person);

/* Queries NSS, before root is dropped, for a Unix user of that name who is a person, and sets has_uid and uid. Sets what
 * the system knows besides. Prints nothing. */
void cli_person_find(const char *name, struct person *person);

/* Returns true if NSS answered, and the account records another uid than the user of that name has, or that name has left. */
bool cli_person_is_another(const struct person *person, const struct lbr_account *account);

/* Records the uid of the system's user of that name in the account, or that there is none. Returns true if that is new. */
bool cli_person_join(const struct person *person, struct lbr_account *account);

/* Says what cli_person_join changed: on standard error. `before`: the account as it was. */
void cli_person_say_joined(const struct cli *cli, const struct lbr_account *before, const struct lbr_account *account);

/* Copies what is known about the person into a new account. */
void cli_person_put(const struct person *person, struct lbr_account *account);

#endif
