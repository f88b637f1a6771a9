/* Somebody who is to get an account: the name, and the Unix user of that name. */
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
	unsigned          line; /* of the file; 0: named on the command line */
};

/* Judges the name and asks NSS, so it comes before root is left. The rest of `person` stays. CLI_USAGE: no account can have
 * that name. CLI_NO: a system user, without --system. CLI_FAULT: NSS. Each after one line on standard error. */
enum cli_status cli_person_take(const struct cli *cli, const char *name, struct person *person);

/* Takes the address under which the person is reached; not whether it exists, only that it can be read as nothing else.
 * CLI_USAGE after one line on standard error. */
enum cli_status cli_person_set_contact(const struct cli *cli, const char *address, struct person *person);

/* Asks NSS, before root is left, for a Unix user of that name who is a person: `person` holds the id, or has none. Says nothing. */
void cli_person_find(const char *name, struct person *person);

/* What is known of the person, into a new account. */
void cli_person_put(const struct person *person, struct lbr_account *account);

#endif
