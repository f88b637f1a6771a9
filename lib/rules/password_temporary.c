/* A temporary password is read off a sheet or dictated, so it is understood by its form, as codes are. */
#include <liberations/password.h>

#include <string.h>

#include <liberations/random.h>

#include "typed.h"

#define LETTERS (LBR_TEMPORARY_GROUPS * LBR_TEMPORARY_GROUP_LEN)

void lbr_password_read_temporary(const struct lbr_secret *typed, struct lbr_secret *ret)
{
	char letters[LETTERS + 1], text[LETTERS + LBR_TEMPORARY_GROUPS];
	bool fits = lbr_typed_letters(typed, LETTERS, letters);
	size_t at, len = 0;

	for (at = 0; fits && at < LETTERS; at++) {
		char c = letters[at];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		fits = strchr(LBR_TEMPORARY_CHARS, c) != NULL;
		if (at > 0 && at % LBR_TEMPORARY_GROUP_LEN == 0)
			text[len++] = '-';
		text[len++] = c;
	}
	if (!fits || lbr_secret_set(ret, text, len) != LBR_OK)
		*ret = *typed;
	lbr_wipe(letters, sizeof(letters));
	lbr_wipe(text, sizeof(text));
}
