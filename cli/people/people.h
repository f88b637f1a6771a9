/* The people whom a verb is for, from the command line or from a file. Every fault is reported before the command fails. */
#ifndef CLI_PEOPLE_H
#define CLI_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "person.h"

struct people {
	struct person *list; /* the caller frees it with cli_people_free */
	size_t         count, room;
	bool           provider; /* set by the caller: a telephone needs no carrier */
	bool           names_only; /* set before reading: other columns may hold anything, and the name service is not asked */
};

/* Reads the verb's words, or the file of --csv ("-" is standard input), as the process's current user. Reports each fault in one
 * line, with its place if it is in a file, and returns the worst status of all. */
enum cli_status cli_people_read(struct cli *cli, struct people *people);

void cli_people_free(struct people *people);

/* Says on standard error how many of them have no Unix user of their name, and how many are skipped, each with their names on lines
 * that fit a terminal; nothing where it concerns none. */
void cli_people_say_skipped(const struct cli *cli, const struct people *people);
void cli_people_say_without_user(const struct cli *cli, const struct people *people);

/* Makes error messages name the line and column of the file that `person` came from, as long as `where` exists; `person` NULL
 * ends that. */
struct csv_where {
	char text[192];
};
void cli_people_locate(struct cli *cli, const struct person *person, struct csv_where *where);

#endif
