/* The contract as a table: entry point x account x answers x arguments -> exactly one PAM code.
 *
 * The expectations are rules written down here, from DESIGN and the manual page, not from the code. */
#ifndef TESTS_PAM_TABLE_H
#define TESTS_PAM_TABLE_H

#include "stage.h"

enum table_entry { TABLE_AUTHENTICATE, TABLE_ACCOUNT, TABLE_CHANGE };

/* What the person types; the letters are in stage.h. */
struct table_answers {
	const char *name;
	const char *list[8];
};

/* First match counts. Both are words separated by spaces; "*" is any. */
struct table_rule {
	const char *states, *answers;
	int         code;
};

/* One part of the table: every state with every one of its answers. */
struct table_part {
	const char                 *arguments;
	int                         flags;
	enum table_entry            entry;
	const struct table_answers *answers; /* closed by a NULL name */
	const struct table_rule    *rules;   /* the last one is { "*", "*", code } */
};

extern const struct table_part table_auth[], table_account[], table_change[]; /* closed by NULL arguments */

/* Runs all three; prints the rows that differ. */
void table_run(int *ret_passed, int *ret_failed);

#endif
