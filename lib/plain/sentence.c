/* A reason's text and its pieces, written from left to right. */
#include "sentence.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/texts.h>

#define JOINT ": "

static size_t length(const struct lbr_reason *reason)
{
	return strnlen(reason->text, sizeof(reason->text) - 1);
}

void lbr_sentence_clear(struct lbr_reason *reason)
{
	reason->text[0] = '\0';
	reason->count = 0;
}

/* Never keeps half a character. */
static void put(struct lbr_reason *reason, const char *text, size_t len)
{
	size_t used = length(reason), room = sizeof(reason->text) - 1 - used;

	if (len > room)
		for (len = room; len > 0 && (text[len] & 0xc0) == 0x80; len--)
			;
	memcpy(reason->text + used, text, len);
	reason->text[used + len] = '\0';
}

/* Text from outside, at most `most` bytes of it. */
static void put_foreign(struct lbr_reason *reason, const char *text, size_t most)
{
	char clean[LBR_REASON_MAX];
	size_t len = strnlen(text, most < sizeof(clean) ? most : sizeof(clean) - 1);

	memcpy(clean, text, len);
	clean[len] = '\0';
	lbr_text_sanitise(clean, false);
	put(reason, clean, strlen(clean));
}

static unsigned open_piece(struct lbr_reason *reason, enum lbr_piece_kind kind, unsigned number)
{
	unsigned at = reason->count < LBR_PIECES_MAX ? reason->count : LBR_PIECES_MAX;

	if (at < LBR_PIECES_MAX)
		reason->pieces[at] = (struct lbr_piece){ (unsigned char)kind, (unsigned short)number,
		                                         (unsigned short)length(reason), 0 };
	reason->count = at + 1;
	return at;
}

static void close_piece(struct lbr_reason *reason, unsigned at)
{
	if (at < LBR_PIECES_MAX)
		reason->pieces[at].len = (unsigned short)(length(reason) - reason->pieces[at].at);
}

/* `form` points just after its '%'; returns what follows the conversion. */
static const char *put_argument(struct lbr_reason *reason, const char *form, struct lbr_words *words)
{
	size_t most = SIZE_MAX;
	char number[24];

	if (*form == '.')
		most = strtoul(++form, NULL, 10);
	form += strspn(form, "0123456789");
	if (*form == 's') {
		put_foreign(reason, va_arg(words->list, const char *), most);
		return form + 1;
	}
	if (*form == 'o')
		snprintf(number, sizeof(number), "%04o", va_arg(words->list, unsigned));
	else if (*form == 'd')
		snprintf(number, sizeof(number), "%d", va_arg(words->list, int));
	else
		snprintf(number, sizeof(number), "%u", va_arg(words->list, unsigned));
	put(reason, number, strlen(number));
	return *form != '\0' ? form + 1 : form;
}

void lbr_sentence_clause(struct lbr_reason *reason, enum lbr_clause clause, const char *form, struct lbr_words *words)
{
	unsigned whole = open_piece(reason, LBR_PIECE_CLAUSE, clause), word;
	size_t len;

	while (*form != '\0') {
		len = strcspn(form, "%");
		put(reason, form, len);
		form += len;
		if (*form != '%')
			continue;
		word = open_piece(reason, LBR_PIECE_WORD, 0);
		form = put_argument(reason, form + 1, words);
		close_piece(reason, word);
	}
	close_piece(reason, whole);
}

void lbr_sentence_names(struct lbr_reason *reason, const char *form, struct lbr_words *words)
{
	unsigned name = open_piece(reason, LBR_PIECE_NAME, 0);

	while (*form != '\0') {
		if (*form == '%') {
			form = put_argument(reason, form + 1, words);
		} else if (strncmp(form, JOINT, strlen(JOINT)) == 0) {
			close_piece(reason, name);
			put(reason, JOINT, strlen(JOINT));
			form += strlen(JOINT);
			name = open_piece(reason, LBR_PIECE_NAME, 0);
		} else {
			put(reason, form++, 1);
		}
	}
	close_piece(reason, name);
}

void lbr_sentence_name(struct lbr_reason *reason, const char *text)
{
	unsigned name = open_piece(reason, LBR_PIECE_NAME, 0);

	put_foreign(reason, text, SIZE_MAX);
	close_piece(reason, name);
}

/* Not strerror(3): it depends on the host's locale and writes to a static buffer of the host. */
void lbr_sentence_errno(struct lbr_reason *reason, int saved_errno)
{
	const char *cause = strerrordesc_np(saved_errno);
	unsigned piece;

	cause = cause != NULL ? cause : "unknown error";
	put(reason, JOINT, strlen(JOINT));
	piece = open_piece(reason, LBR_PIECE_ERRNO, saved_errno < 0 || saved_errno > USHRT_MAX ? USHRT_MAX : (unsigned)saved_errno);
	put(reason, cause, strlen(cause));
	close_piece(reason, piece);
}

/* Cuts off what does not fit, from the text and from the pieces alike. */
void lbr_sentence_rest(struct lbr_reason *reason, const struct lbr_reason *rest)
{
	size_t shift, end, at;
	unsigned next, piece;

	put(reason, JOINT, strlen(JOINT));
	shift = length(reason);
	put(reason, rest->text, length(rest));
	end = length(reason);
	for (next = 0; next < rest->count && next < LBR_PIECES_MAX; next++) {
		piece = open_piece(reason, rest->pieces[next].kind, rest->pieces[next].number);
		if (piece == LBR_PIECES_MAX)
			return;
		at = shift + rest->pieces[next].at < end ? shift + rest->pieces[next].at : end;
		reason->pieces[piece].at = (unsigned short)at;
		reason->pieces[piece].len = rest->pieces[next].len < end - at ? rest->pieces[next].len : (unsigned short)(end - at);
	}
}
