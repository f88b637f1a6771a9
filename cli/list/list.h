/* `list`: accounts chosen, sorted and printed, in constant memory. */
#ifndef CLI_LIST_H
#define CLI_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account_rows.h"

/* The columns, in the order in which help and manual name them. */
enum list_column {
	LIST_USER,
	LIST_STATE,
	LIST_PASSWORD,
	LIST_PASSWORD_SET,
	LIST_TOKEN,
	LIST_RECOVERY_CODES,
	LIST_LAST,
	LIST_EXPIRES,
	LIST_WAITING_UNTIL,
	LIST_DISABLED,
	LIST_UID,
	LIST_SYSTEM_UID,
	LIST_CONTACT,
	LIST_EMAIL,
	LIST_PHONE,
	LIST_LANGUAGE,
	LIST_COLUMNS,
};

/* Those that are printed, in this order. */
struct list_choice {
	enum list_column columns[LIST_COLUMNS];
	size_t           count;
	bool             chosen;     /* with --columns */
	unsigned         user_width; /* of the widest name, where it is known; else 0 */
};

#define LIST_TEXT_MAX 256

/* list_column.c: the word of a column, NULL behind the last; and its value for programs, "" for none. */
const char *cli_list_column_word(size_t at);
const char *cli_list_value(const struct account_row *row, enum list_column column, char ret[LIST_TEXT_MAX]);
/* When the lane that waits longest is open again; 0: none waits. */
int64_t cli_list_waiting_until(const struct account_row *row);
/* Reads words such as "user,state". CLI_USAGE after one line on standard error. */
enum cli_status cli_list_columns_read(const struct cli *cli, const char *typed, struct list_choice *ret);

/* list_state.c: the words of one fact, joined by `between` if they concern several lanes; "": the fact does not hold. And all of
 * them. */
const char *cli_list_fact(const struct account_row *row, enum standing_fact fact, const char *between, char ret[LIST_TEXT_MAX]);
const char *cli_list_state(const struct account_row *row, char ret[LIST_TEXT_MAX]);

/* How rows are printed; `choice` is what --columns says, or the printer's own columns. */
struct list_printer {
	struct list_choice usual;
	void (*head)(const struct cli *cli, const struct list_choice *choice); /* or NULL */
	void (*row)(const struct cli *cli, const struct list_choice *choice, const struct account_row *row);
};
extern const struct list_printer cli_list_screen; /* list_screen.c: for people, within the width of a terminal */
extern const struct list_printer cli_list_tabs;   /* list_plain.c: without headings, so that a line is an account */
extern const struct list_printer cli_list_csv;
extern const struct list_printer cli_list_json;   /* list_json.c */

/* Returns a word that --sort takes, or NULL after the last. */
const char *cli_list_sort_key(size_t at);

/* list_sort.c: rows in order, whatever their number: what does not fit in memory goes to files without a name. */
struct list_sorter;
typedef int list_compare(const void *one, const void *other);

/* Keeps up to `room` rows in memory, at least 1; so that a small site needs no file. NULL: no memory. The caller
 * ends it. */
#define LIST_ROOM 16384 /* 6 MiB */
struct list_sorter *cli_list_sorter_begin(list_compare *compare, size_t room);
/* Adds a row. Returns 0 or an errno number. */
int cli_list_sorter_add(struct list_sorter *sorter, const struct account_row *row);
/* Gives all rows to `each` in order, until that returns false. Returns 0 or an errno number. */
int cli_list_sorter_give(struct list_sorter *sorter, bool (*each)(void *context, const struct account_row *row), void *context);
void cli_list_sorter_end(struct list_sorter *sorter);

#endif
