/* What the files of cli/people share. */
#ifndef CLI_PEOPLE_PARTS_H
#define CLI_PEOPLE_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "columns.h"
#include "people.h"
#include "sheet.h"
#include "whole_file.h"

/* Reads the file of --csv into `people`. */
enum cli_status cli_people_read_sheet(struct cli *cli, const struct cli_whole_file *csv, struct people *people);

/* Judges the headings; says each fault, or which columns are passed over. */
enum cli_status cli_people_judge_heading(struct cli *cli, const struct sheet_row *row, const struct people_columns *columns,
                                         bool names_only);

/* Takes a row's cells. The name is set if it is valid, whatever else is not. */
enum cli_status cli_people_take_row(struct cli *cli, const struct sheet_row *row, const struct people_columns *columns,
                                    struct person *person);

/* A telephone, and after it its carrier, which may be ""; with a provider it need not be named. The carriers are read once, with
 * the rights of the caller. */
enum cli_status cli_people_take_phone(const struct cli *cli, const char *text, struct person *person);
enum cli_status cli_people_take_carrier(const struct cli *cli, bool provider, const char *text, struct person *person);

/* Says how many telephones --ignore-columns passed over, since these people have an address. */
void cli_people_tell_phones(const struct cli *cli);

/* Takes the name and its place alone. */
enum cli_status cli_people_take_row_name(struct cli *cli, const struct sheet_row *row, const struct people_columns *columns,
                                         struct person *person);

/* A person with a valid name is kept despite other faults, and compared with the rest, so that all faults are told at once. Returns
 * the worse of `worst` and what became of that. */
enum cli_status cli_people_keep(const struct cli *cli, struct people *people, const struct person *person, enum cli_status worst);

/* Reports a fault at a place of the file. */
enum cli_status cli_people_fail_at(struct cli *cli, const struct sheet_place *place, enum cli_text text, const char *word);

/* The same name twice, or two that the store takes for one. */
enum cli_status cli_people_find_doubles(struct cli *cli, const struct people *people);

#endif
