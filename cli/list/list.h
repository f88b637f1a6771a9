/* The accounts as `list` prints them. */
#ifndef CLI_LIST_H
#define CLI_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "recorded.h"
#include "standing.h"

struct list_row {
	char              name[LBR_NAME_MAX + 1];
	char              contact[LBR_CONTACT_MAX]; /* "": none */
	enum lbr_language language;
	bool              own, confirmed, disabled, must_change;
	struct recorded   recorded;
	int64_t           last_s; /* 0: never signed in */
	struct standing   standing;
};

struct list_rows {
	struct list_row *list;
	size_t           count, room;
};

/* list_columns.c: for people, within the width of a terminal, with headings. */
void cli_list_columns(const struct cli *cli, const struct list_rows *rows);

/* list_plain.c: for programs, in fixed words, times in UTC. Tabs: without headings, so that a line is an account. */
void cli_list_tabs(const struct list_rows *rows);
void cli_list_csv(const struct list_rows *rows);

/* list_json.c */
void cli_list_json(const struct list_rows *rows);

/* list_plain.c: the words of one fact, joined by `between` if they concern several lanes; "": the fact does not hold. */
#define LIST_FACT_MAX 192
const char *cli_list_fact(const struct list_row *row, enum standing_fact fact, const char *between, char ret[LIST_FACT_MAX]);

/* Returns a word that --sort takes, or NULL after the last. */
const char *cli_list_sort_key(size_t at);

#endif
