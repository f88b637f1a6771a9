/* The columns of an answer, by name and in the binary format. Each is checked: type by its length, and range. */
#ifndef BROKER_RESULT_COLUMNS_H
#define BROKER_RESULT_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libpq-fe.h>

struct lbr_columns {
	const PGresult *result;
	int             at;     /* the row */
	bool            broken; /* a column is missing, null, or not what it should be */
};

bool lbr_column_flag(struct lbr_columns *columns, const char *name);

/* 0 to INT64_MAX; where `or_null`, null counts as 0. */
uint64_t lbr_column_number(struct lbr_columns *columns, const char *name, bool or_null);

/* An array of bigint, of places from 1 to `count`: those that it names become true in `ret`, the others false. Null names none. */
void lbr_column_places(struct lbr_columns *columns, const char *name, bool *ret, size_t count);

/* Null, and a column that this answer does not have, count as "". */
void lbr_column_text(struct lbr_columns *columns, const char *name, char *ret, size_t size);

/* As much of it as fits: for what is only shown, or only asked whether it is there. */
void lbr_column_start(struct lbr_columns *columns, const char *name, char *ret, size_t size);

/* Null counts as none. */
void lbr_column_bytes(struct lbr_columns *columns, const char *name, unsigned char *ret, size_t size, size_t *ret_len);

#endif
