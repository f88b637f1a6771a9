/* The texts that the command shows its administrator. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fold.h"

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
static void write_folded(struct fold *fold, enum lbr_language language, enum cli_text text, va_list list)
{
	const char *words[TEXT_WORDS_MAX] = { NULL };
	const char *at;
	size_t count, len;

	for (count = 0; count < TEXT_WORDS_MAX; count++) {
		words[count] = va_arg(list, const char *);
		if (words[count] == NULL)
			break;
	}
	cli_fold_begin(fold);
	for (at = cli_text(text, language); *at != '\0'; at += len) {
		len = strcspn(at, "%");
		cli_fold_put(fold, at, len);
		at += len;
		len = at[0] == '%' && at[1] >= '1' && at[1] <= '9' ? 2 : *at == '%';
		if (len == 2 && (size_t)(at[1] - '1') < count)
			cli_fold_put(fold, words[at[1] - '1'], strlen(words[at[1] - '1']));
		else if (len == 1)
			cli_fold_put(fold, at, 1);
	}
	cli_fold_end(fold);
}

void cli_write_list(FILE *to, enum lbr_language language, unsigned column, enum cli_text text, va_list list)
{
	struct fold fold = { .to = to, .column = column };

	write_folded(&fold, language, text, list);
}

void cli_write(FILE *to, enum lbr_language language, enum cli_text text, ...)
{
	va_list words;

	va_start(words, text);
	cli_write_list(to, language, 0, text, words);
	va_end(words);
}

void cli_write_page(FILE *to, enum lbr_language language, enum cli_text text, ...)
{
	struct fold fold = { .to = to, .paper = true };
	va_list words;

	va_start(words, text);
	write_folded(&fold, language, text, words);
	va_end(words);
}

unsigned cli_text_width(const char *text)
{
	unsigned width = 0;

	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		if ((byte & 0xc0) != 0x80)
			width += byte >= 0xe1 ? 2 : 1;
	}
	return width;
}

void cli_write_padded(FILE *to, const char *text, unsigned width)
{
	unsigned shown = cli_text_width(text);

	fputs(text, to);
	for (; shown < width; shown++)
		fputc(' ', to);
	fputc(' ', to);
}
