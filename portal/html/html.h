/* The one writer of HTML: what a program's author wrote goes in as it is, everything else goes in escaped.
 *
 * What it makes is well-formed XML too, as long as the literals are. There is no format, no conversion and no way to add raw
 * bytes: a literal is a literal for the compiler, and a text is data for the browser. Data stands between tags or in an attribute
 * in double quotes, never in a script, a style or a URL other than otpauth:. An error sticks: what follows it writes nothing.
 */
#ifndef PORTAL_HTML_H
#define PORTAL_HTML_H

#include <stddef.h>

#include <liberations/error.h>

struct lbr_html {
	char          *bytes; /* the caller's, `size` long */
	size_t         size, len;
	enum lbr_error error; /* LBR_OK; _SYNTAX: a text was no UTF-8; _RANGE: `bytes` is full */
};

/* Begins an empty document in `bytes` (`size` at least 1). */
void lbr_html_begin(struct lbr_html *html, char *bytes, size_t size);

/* Ends it. On any error the bytes are wiped and the length is 0: half a page is never sent. `bytes` ends with a NUL that `len` does
 * not count. The caller wipes `bytes` if the page showed a secret. */
enum lbr_error lbr_html_end(struct lbr_html *html);

/* Adds a string literal, and nothing else compiles. */
#define html_lit(html, literal) lbr_html_put_literal(html, "" literal "", sizeof(literal) - 1)
void lbr_html_put_literal(struct lbr_html *html, const char *literal, size_t len);

/* Adds UTF-8 as data: & < > " ' become references; a control, an invisible mark that turns the direction of text and a code point
 * that XML does not know become U+FFFD; a line feed stays. LBR_ERR_SYNTAX: no UTF-8. NULL adds nothing. */
void html_text(struct lbr_html *html, const char *text);

/* Adds a decimal number. */
void html_number(struct lbr_html *html, unsigned long number);

#endif
