/* The texts that the command shows its administrator. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>

#define TEXT_WORDS_MAX 9

struct pair {
	const char *en, *fr;
};

static const struct pair texts[TEXTS] = {
#define CLI_TEXT(id, en, fr) [TEXT_##id] = { en, fr },
#include "texts.def"
#undef CLI_TEXT
};

const char *cli_text(enum cli_text text, enum lbr_language language)
{
	return language == LBR_LANGUAGE_FR ? texts[text].fr : texts[text].en;
}

/* Arguments are numbered and do not use printf's formats: French may change their order, and no format comes from a variable. */
void cli_write_list(FILE *to, enum lbr_language language, enum cli_text text, va_list list)
{
	const char *words[TEXT_WORDS_MAX] = { NULL };
	const char *at;
	size_t count;

	for (count = 0; count < TEXT_WORDS_MAX; count++) {
		words[count] = va_arg(list, const char *);
		if (words[count] == NULL)
			break;
	}
	for (at = cli_text(text, language); *at != '\0'; at++) {
		if (at[0] == '%' && at[1] >= '1' && at[1] <= '9') {
			at++;
			fputs((size_t)(*at - '1') < count ? words[*at - '1'] : "", to);
		} else {
			fputc(*at, to);
		}
	}
}

void cli_write(FILE *to, enum lbr_language language, enum cli_text text, ...)
{
	va_list words;

	va_start(words, text);
	cli_write_list(to, language, text, words);
	va_end(words);
}

void cli_write_padded(FILE *to, const char *text, unsigned width)
{
	unsigned shown = 0;
	const char *at;

	for (at = text; *at != '\0'; at++)
		shown += ((unsigned char)*at & 0xc0) != 0x80;
	fputs(text, to);
	for (; shown < width; shown++)
		fputc(' ', to);
	fputc(' ', to);
}
