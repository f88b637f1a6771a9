/* What a spreadsheet saves as "CSV", read as rows of cells. Pure: from bytes to cells, with the place of each.
 *
 * Encoding: UTF-8 with or without its mark, UTF-16 of either order with or without its mark, else Windows-1252. Delimiter: what a
 * first line `sep=;` says, else the comma, semicolon or tab that the first row has most of. Lines end with CR, LF or CRLF. Quotes
 * as in RFC 4180, with line ends inside; blanks around a cell, no-break ones too, are no part of it. Rows without anything in
 * them are passed over.
 */
#ifndef CLI_SHEET_H
#define CLI_SHEET_H

#include <stddef.h>

#define SHEET_BYTES_MAX (16U << 20) /* of a file */
#define SHEET_CELL_MAX  1024        /* bytes of a cell in UTF-8 */
#define SHEET_CELLS_MAX 256         /* of a row */

/* The first character of a cell, quote included, as an editor counts: from 1, columns in characters. */
struct sheet_place {
	unsigned line, column;
};

struct sheet_cell {
	const char        *text; /* UTF-8 without control characters but line feeds; "": empty */
	struct sheet_place place;
};

struct sheet_row {
	struct sheet_cell  cells[SHEET_CELLS_MAX];
	size_t             count; /* at least 1 */
	struct sheet_place end;   /* behind the last cell */
};

enum sheet_answer {
	SHEET_ROW,      /* `row` is one, until the next call */
	SHEET_END,
	/* A fault at `place`; the next call goes on with the line after that in which the row began. */
	SHEET_ENCODING, /* not of the encoding that the rest is in */
	SHEET_CONTROL,  /* a control character, or a mark that turns the direction of text */
	SHEET_TOO_LONG, /* a cell of more than SHEET_CELL_MAX */
	SHEET_TOO_MANY, /* more than SHEET_CELLS_MAX cells */
	SHEET_QUOTE,    /* a quote within a cell that does not begin with one, or text behind a closing one */
	SHEET_OPEN,     /* a quote that is never closed */
	SHEET_SEP,      /* a `sep=` that names no delimiter that this reads */
};

struct cli_sheet;

/* Begins to read `len` bytes, which are copied. NULL: no memory. The caller closes it. */
struct cli_sheet *cli_sheet_open(const void *bytes, size_t len);

/* Reads the next row, or tells the next fault. */
enum sheet_answer cli_sheet_next(struct cli_sheet *sheet, struct sheet_row *row, struct sheet_place *place);

/* Wipes: a file may hold more than was asked for. NULL is allowed. */
void cli_sheet_close(struct cli_sheet *sheet);

#endif
