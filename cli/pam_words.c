#include "pam_words.h"

#include <stddef.h>
#include <stdio.h>

#include <security/pam_appl.h>

static const struct { int code; const char *french; } words[] = {
#define CLI_PAM(code, french) { code, french },
#include "pam_words.def"
#undef CLI_PAM
};

const char *cli_pam_words(enum lbr_language language, int code)
{
	static char number[24];
	size_t at;

	if (language != LBR_LANGUAGE_FR)
		return pam_strerror(NULL, code);
	for (at = 0; at < sizeof(words) / sizeof(words[0]); at++)
		if (words[at].code == code)
			return words[at].french;
	snprintf(number, sizeof(number), "code %d de PAM", code);
	return number;
}
