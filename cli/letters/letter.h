/* Letters with a temporary password, to print and hand over: as plain text, or as a file of HTML. */
#ifndef CLI_LETTER_H
#define CLI_LETTER_H

#include <stddef.h>
#include <sys/types.h>

#include "kept_file.h"
#include "temporary.h"

struct letters {
	const struct admin_session *session;
	const char          *address; /* where people sign in, if the configuration does not say; "": not known */
	const struct person *person; /* whose letter is next, for the full name; or NULL */
	size_t             count; /* of those printed so far */
	struct kept_files  kept;  /* the file of cli_letters_create */
	off_t              len;   /* of the whole letters in it */
};

/* Prints a letter in the person's language, else the configuration's, else the command's; a form feed stands between two. `context`
 * is a struct letters. */
cli_temporary_show cli_letter_print;

/* Writes it as a page of HTML into the file, durably; if that fails, the file holds the letters before it and no part of this
 * one. */
cli_temporary_show cli_letter_write;

/* Makes the file of cli_letter_write, as cli_kept_create does; it goes with a run that wrote no letter. One that exists is
 * taken only if it is such a file and empty, and then stays. CLI_FAULT after one line. In any case the caller ends it with
 * cli_kept_close. */
enum cli_status cli_letters_create(struct cli *cli, struct letters *letters);

#endif
