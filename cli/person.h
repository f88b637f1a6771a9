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
	char              contact[LBR_CONTACT_MAX];
	enum lbr_language language;
	unsigned          line; /* in the file; 0: named on the command line */
};

/* Checks the name and queries NSS; call it before root is dropped. Leaves the rest of `person` unchanged. CLI_USAGE: not a valid
 * account name. CLI_NO: a system user, without --system. CLI_FAULT: NSS. Each after one line on standard error. */
enum cli_status cli_person_take(const struct cli *cli, const char *name, struct person *person);

/* Sets the person's contact address. Checks only that it cannot be mistaken for anything else, not that it exists.
 * CLI_USAGE after one line on standard error. */
enum cli_status cli_person_set_contact(const struct cli *cli, const char *address, struct person *person);

/* Queries NSS, before root is dropped, for a Unix user of that name who is a person, and sets has_uid and uid. Prints nothing. */
void cli_person_find(const char *name, struct person *person);

/* Copies what is known about the person into a new account. */
void cli_person_put(const struct person *person, struct lbr_account *account);

#endif
