/* A letter with a temporary password, to print and hand over. */
#ifndef CLI_LETTER_H
#define CLI_LETTER_H

#include <stddef.h>

#include "temporary.h"

struct letters {
	const struct admin_session *session;
	const char          *address; /* where people sign in, if the configuration does not say; "": not known */
	const struct person *person; /* whose letter is next, for the full name; or NULL */
	size_t             count; /* printed so far, separated by form feeds */
};

/* Prints a letter in the person's language, else the configuration's, else the command's. `context` is a struct letters. */
cli_temporary_show cli_letter_print;

#endif
