/* The command's texts for the administrator: cli/texts.def, English and French side by side. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stdarg.h>
#include <stdio.h>

#include <liberations/language.h>

enum cli_text {
#define CLI_TEXT(id, en, fr) TEXT_##id,
#include "texts.def"
#undef CLI_TEXT
	TEXTS
};

/* Returns the text unformatted. Static; never NULL. */
const char *cli_text(enum cli_text text, enum lbr_language language);

/* Writes the text to `to`, with the words that follow, strings ending with NULL, in place of %1 to %9. It adds no newline. */
void cli_write(FILE *to, enum lbr_language language, enum cli_text text, ...) __attribute__((sentinel));

/* The same with a list, on a line that has `column` characters already. At a terminal both break a line before it is wider than 78
 * columns, at a blank; a line that begins with a blank, such as a command, stays whole. */
void cli_write_list(FILE *to, enum lbr_language language, unsigned column, enum cli_text text, va_list words);

/* As cli_write, for paper: lines are broken wherever `to` leads, those that begin with a blank too, and go on below what follows
 * the blanks. */
void cli_write_page(FILE *to, enum lbr_language language, enum cli_text text, ...) __attribute__((sentinel));

/* The columns that a terminal gives a text, at most: signs from U+1100 on count as two. */
unsigned cli_text_width(const char *text);

/* Writes any text, padded with spaces to `width` columns, and one more space: printf pads by bytes. */
void cli_write_padded(FILE *to, const char *text, unsigned width);

#endif
