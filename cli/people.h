/* Everybody who is to be invited: from the command line, or from a file. All faults are told, and none of them is fatal before
 * the last was found. */
#ifndef CLI_PEOPLE_H
#define CLI_PEOPLE_H

#include <stddef.h>

#include "person.h"

struct people {
	struct person *list; /* the caller frees it, with cli_people_free */
	size_t         count, room;
};

/* Reads the verb's words, or the file of --csv ("-" is standard input), as whoever the process is. The worst status of all
 * faults, each told in one line, those of a file with its line's number. */
enum cli_status cli_people_read(struct cli *cli, struct people *people);

void cli_people_free(struct people *people);

/* One line of the file, without its end, into `person`; `line` is taken apart. */
enum cli_status cli_people_parse(const struct cli *cli, char *line, struct person *person);

/* While it lives, complaints name the line of the file that `person` came from. */
struct csv_where {
	char text[192];
};
void cli_people_locate(struct cli *cli, const struct person *person, struct csv_where *where);

#endif
