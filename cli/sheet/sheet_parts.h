/* What the files of cli/sheet share. */
#ifndef CLI_SHEET_PARTS_H
#define CLI_SHEET_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sheet.h"

/* Stands for what cannot be decoded: no code point, so that its place can be told. */
#define SHEET_UNDECODED UINT32_MAX

/* A place in the decoded text. */
struct sheet_at {
	size_t             index;
	struct sheet_place place;
};

struct cli_sheet {
	uint32_t       *text; /* code points; line ends are all '\n' */
	size_t          len, size;
	char           *cells; /* what the cells of the current row hold, each with its NUL */
	size_t          filled;
	uint32_t        delimiter;
	struct sheet_at at;
	bool            begun;
};

/* Decodes `len` bytes to one code point each, or SHEET_UNDECODED. False: no memory. */
bool cli_sheet_decode(const unsigned char *bytes, size_t len, struct cli_sheet *sheet);

/* Chooses the delimiter of the rows after `at`, which it moves past a `sep=` line. False: that line names none. */
bool cli_sheet_find_delimiter(struct cli_sheet *sheet);

/* One code point on; not at the end. To the beginning of the next line. */
void cli_sheet_step(const struct cli_sheet *sheet, struct sheet_at *at);
void cli_sheet_pass_line(const struct cli_sheet *sheet, struct sheet_at *at);

/* Blanks that no cell needs at its ends: not the delimiter, and no line end. */
bool cli_sheet_is_blank(const struct cli_sheet *sheet, uint32_t point);

#endif
