/* The portal's own texts: page_texts.def, English and French side by side. */
#ifndef PORTAL_PAGE_TEXTS_H
#define PORTAL_PAGE_TEXTS_H

#include <liberations/language.h>

#include "html.h"

enum lbr_page_text {
#define LBR_PAGE_TEXT(id, en, fr) LBR_PAGE_##id,
#include "page_texts.def"
#undef LBR_PAGE_TEXT
	LBR_PAGE_TEXTS
};

/* Returns the text with its %1 and %2, in UTF-8. NONE counts as English. Static; never NULL. */
const char *lbr_page_text(enum lbr_page_text text, enum lbr_language language);

/* Adds prose as data, escaped; a space that French does not break becomes a no-break space. Up to 511 bytes between two such. */
void html_prose(struct lbr_html *html, const char *text);

/* Adds the text, escaped, with `one` and `two`, escaped too, in place of %1 and %2; NULL counts as "". */
void html_say(struct lbr_html *html, enum lbr_page_text text, enum lbr_language language, const char *one, const char *two);

/* Does the same with a number in place of %1. */
void html_say_number(struct lbr_html *html, enum lbr_page_text text, enum lbr_language language, unsigned number);

#endif
