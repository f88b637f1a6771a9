/* The portal's own texts. */
#include "page_texts.h"

#include <stdbool.h>
#include <string.h>

#define PIECE_MAX 512

static const struct { const char *english, *french; } texts[LBR_PAGE_TEXTS] = {
#define LBR_PAGE_TEXT(id, en, fr) [LBR_PAGE_##id] = { en, fr },
#include "page_texts.def"
#undef LBR_PAGE_TEXT
};

const char *lbr_page_text(enum lbr_page_text text, enum lbr_language language)
{
	if ((unsigned)text >= LBR_PAGE_TEXTS)
		return "";
	return language == LBR_LANGUAGE_FR ? texts[text].french : texts[text].english;
}

/* French keeps these marks on the line of the word before them. */
static bool is_bound(const char *space, const char *begin)
{
	return space[1] == ':' || strncmp(space + 1, "\302\273", 2) == 0 ||
	       (space >= begin + 2 && memcmp(space - 2, "\302\253", 2) == 0);
}

/* `len` bytes of a text, which end between two characters. */
static void put_piece(struct lbr_html *html, const char *bytes, size_t len)
{
	char piece[PIECE_MAX];

	if (len >= sizeof(piece)) {
		html->error = LBR_ERR_RANGE;
		return;
	}
	memcpy(piece, bytes, len);
	piece[len] = '\0';
	html_text(html, piece);
}

/* Spaces that may not break become no-break spaces; English has none. */
static void put_plain(struct lbr_html *html, const char *bytes, size_t len)
{
	size_t from = 0, at;

	for (at = 0; at < len; at++) {
		if (bytes[at] != ' ' || !is_bound(bytes + at, bytes))
			continue;
		put_piece(html, bytes + from, at - from);
		html_lit(html, "\302\240");
		from = at + 1;
	}
	put_piece(html, bytes + from, len - from);
}

void html_prose(struct lbr_html *html, const char *text)
{
	put_plain(html, text, strlen(text));
}

void html_say(struct lbr_html *html, enum lbr_page_text text, enum lbr_language language, const char *one, const char *two)
{
	const char *at = lbr_page_text(text, language);

	while (*at != '\0') {
		size_t plain = strcspn(at, "%");

		put_plain(html, at, plain);
		at += plain;
		if (at[0] == '%' && (at[1] == '1' || at[1] == '2')) {
			html_text(html, at[1] == '1' ? one : two);
			at += 2;
		} else if (at[0] == '%') {
			html_lit(html, "%");
			at++;
		}
	}
}

void html_say_number(struct lbr_html *html, enum lbr_page_text text, enum lbr_language language, unsigned number)
{
	char digits[16];
	struct lbr_html one;

	lbr_html_begin(&one, digits, sizeof(digits));
	html_number(&one, number);
	html_say(html, text, language, digits, NULL);
}
