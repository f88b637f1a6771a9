/* What the columns of a list of people are, by their headings. Pure. */
#ifndef CLI_COLUMNS_H
#define CLI_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include <liberations/language.h>

#include "sheet.h"

enum column_kind {
	COLUMN_UNNAMED, /* an empty heading */
	COLUMN_UNKNOWN,
	COLUMN_USER,
	COLUMN_CONTACT,
	COLUMN_LANGUAGE,
	COLUMN_FULL_NAME,
	COLUMN_GIVEN,
	COLUMN_FAMILY,
	COLUMN_PHONE,
	COLUMN_CARRIER,
	COLUMN_PASSWORD,
	COLUMN_KINDS
};

struct people_columns {
	enum column_kind kinds[SHEET_CELLS_MAX];
	size_t           count;
	bool             provider; /* a telephone needs no carrier */
};

/* Reads the first row as headings, in French or English, whatever their case, accents and blanks. False: none of them is known, so
 * that the row is a person; the columns are then user, contact, language and full name. */
bool cli_columns_read(const struct sheet_row *row, struct people_columns *ret);

/* Returns true for a column of telephones or of carriers that lacks the other. */
bool cli_columns_is_half(const struct people_columns *columns, enum column_kind kind);

/* Returns true if a column of this kind is among them. */
bool cli_columns_have(const struct people_columns *columns, enum column_kind kind);

/* Writes the letters and digits alone, in lower case and without accents: "N° de téléphone" is "ndetelephone". */
#define COLUMN_FOLDED_MAX 64
void cli_columns_fold(const char *text, char ret[COLUMN_FOLDED_MAX + 1]);

/* Reads a language as people write it: fr, FR, fr-CA, French, anglais. LBR_LANGUAGE_NONE: none of the two. */
enum lbr_language cli_columns_language(const char *text);

#endif
