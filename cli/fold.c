/* A word is kept until it is known to fit. French puts a blank before some signs and inside its quotation marks; a line does not
 * break there. */
#include "fold.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <liberations/secret.h>
#include <liberations/texts.h>

#include "terminal.h"

void cli_fold_begin(struct fold *fold)
{
	bool is_terminal = isatty(fileno(fold->to)) == 1;

	fold->is_plain = is_terminal && !cli_terminal_is_utf8();
	fold->narrow = fold->paper || is_terminal;
	fold->folds = fold->narrow;
}

static void flush_word(struct fold *fold)
{
	unsigned margin = fold->margin + fold->width > FOLD_WIDTH ? fold->indent : fold->margin;
	bool breaks = fold->blank && fold->column + 1 > margin && fold->column + 1 + fold->width > FOLD_WIDTH;

	if (breaks)
		fprintf(fold->to, "\n%*s", (int)margin, "");
	else if (fold->blank)
		fputc(' ', fold->to);
	fold->column = (breaks ? margin : fold->column + fold->blank) + fold->width;
	fwrite(fold->word, 1, fold->len, fold->to);
	lbr_wipe(fold->word, sizeof(fold->word));
	fold->len = fold->width = 0;
	fold->blank = false;
}

static void append(struct fold *fold, char byte)
{
	if (fold->len == sizeof(fold->word))
		flush_word(fold);
	fold->word[fold->len++] = byte;
	fold->width += ((unsigned char)byte & 0xc0) != 0x80;
}

static bool ends_with_opening(const struct fold *fold)
{
	return fold->len >= 2 && memcmp(fold->word + fold->len - 2, "\302\253", 2) == 0;
}

/* True for a sign that belongs to the word before its blank. */
static bool is_closing(const char *at)
{
	return strchr(":;!?", *at) != NULL || strncmp(at, "\302\273", 2) == 0;
}

static void put_blank(struct fold *fold)
{
	bool in_gap = fold->blank && fold->len == 0;

	if (fold->column == fold->margin && fold->len == 0 && !fold->blank) { /* the line begins */
		fold->folds = fold->paper;
		fputc(' ', fold->to);
		fold->column++;
		fold->margin = fold->indent += fold->paper;
		return;
	}
	flush_word(fold);
	fold->blank = true;
	if (in_gap && fold->indent > 0)
		fold->margin = fold->column + 1;
}

static void put_byte(struct fold *fold, const char *at)
{
	if (*at == '\n') {
		flush_word(fold);
		fputc('\n', fold->to);
		fold->column = fold->indent = fold->margin = 0;
		fold->folds = fold->narrow;
	} else if (*at != ' ') {
		append(fold, *at);
	} else if (ends_with_opening(fold) || (at[1] != '\0' && is_closing(at + 1))) {
		append(fold, ' ');
	} else {
		put_blank(fold);
	}
}

static void put_bytes(struct fold *fold, const char *text, size_t len)
{
	const char *end = text + len;

	for (; text < end; text++) {
		if (fold->folds || *text == '\n')
			put_byte(fold, text);
		else
			fputc(*text, fold->to);
	}
}

/* One character with what it is in ASCII. */
static void put_plain(struct fold *fold, const char *text, size_t len)
{
	char sign[8];

	memcpy(sign, text, len);
	sign[len] = '\0';
	lbr_text_to_ascii(sign);
	put_bytes(fold, sign, strlen(sign));
}

void cli_fold_put(struct fold *fold, const char *text, size_t len)
{
	const char *end = text + len;
	size_t sign;

	for (; text < end; text += sign) {
		for (sign = 1; text + sign < end && sign < 4 && ((unsigned char)text[sign] & 0xc0) == 0x80; sign++)
			;
		if (fold->is_plain && sign > 1)
			put_plain(fold, text, sign);
		else
			put_bytes(fold, text, sign);
	}
}

void cli_fold_end(struct fold *fold)
{
	flush_word(fold);
}
