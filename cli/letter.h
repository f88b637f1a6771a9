/* A letter with a temporary password in it, to be printed and handed over. */
#ifndef CLI_LETTER_H
#define CLI_LETTER_H

#include <stddef.h>

#include "temporary.h"

struct letters {
	const struct admin_session *session;
	size_t             count; /* printed so far: a form feed stands between them */
};

/* `context` is a struct letters. In the person's language, else the configuration's, else the command's. */
cli_temporary_show cli_letter_print;

#endif
