/* What the command says to its administrator: cli/texts.def, English and French side by side. */
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

/* The text as it stands. Static; never NULL. */
const char *cli_text(enum cli_text text, enum lbr_language language);

/* Writes the text to `to`; %1 to %9 stand for the words that follow, strings closed by NULL. No newline is added. */
void cli_write(FILE *to, enum lbr_language language, enum cli_text text, ...) __attribute__((sentinel));
void cli_write_list(FILE *to, enum lbr_language language, enum cli_text text, va_list words);

/* Any text, and spaces up to `width` characters, and one more: printf pads by bytes, people read characters. */
void cli_write_padded(FILE *to, const char *text, unsigned width);

#endif
