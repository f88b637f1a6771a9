/* What people copy, paste and dictate, sign by sign, as the forms of codes read it. Private to lib/rules.
 *
 * Only for what has a form of its own: codes, recovery codes, temporary passwords. A password of one's own is taken as it is.
 */
#ifndef LIB_TYPED_H
#define LIB_TYPED_H

#include <stdbool.h>
#include <stddef.h>

#include <liberations/secret.h>

#define LBR_TYPED_BLANK ' ' /* every blank of Unicode, what shows nothing, and the marks of a terminal around a paste */
#define LBR_TYPED_DASH '-'  /* every hyphen, dash and minus */
#define LBR_TYPED_OTHER '?' /* whatever is none of these */

struct lbr_typed {
	size_t count;
	struct {
		char   sign; /* a small letter or capital, a digit, or one of the above */
		size_t at;   /* where it begins in the text, in bytes */
	} signs[LBR_SECRET_MAX];
};

/* Reads the text. Decimal digits of every script and full-width letters count as ASCII. The caller wipes `ret`. */
void lbr_typed_read(const struct lbr_secret *text, struct lbr_typed *ret);

/* Returns true for a blank or a dash. */
bool lbr_typed_separates(char sign);

/* Writes the letters and digits without what separates them, and a NUL. False: there are other signs, or not exactly `count`
 * letters and digits; `ret` is then wiped. */
bool lbr_typed_letters(const struct lbr_secret *text, size_t count, char *ret);

#endif
