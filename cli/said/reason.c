/* lib/'s reasons in the administrator's language. */
#include "reason.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define JOINT_FR " : "

struct writing {
	char  *at;
	size_t left; /* without the closing NUL */
};

static const char *const french[LBR_REASONS] = {
#define LBR_REASON(name, english, french) [LBR_REASON_##name] = french,
#include <liberations/reasons.def>
#undef LBR_REASON
};

static const struct { int number; const char *french; } errnos[] = {
#define CLI_ERRNO(number, french) { number, french },
#include "errnos.def"
#undef CLI_ERRNO
};
#define ERRNOS (sizeof(errnos) / sizeof(errnos[0]))

const char *cli_reason_french(enum lbr_clause clause)
{
	return french[clause];
}

const char *cli_errno(enum lbr_language language, int number)
{
	static char unnamed[48];
	const char *words = strerrordesc_np(number);
	size_t at;

	if (language != LBR_LANGUAGE_FR)
		return words != NULL ? words : "unknown error";
	for (at = 0; at < ERRNOS; at++)
		if (errnos[at].number == number)
			return errnos[at].french;
	snprintf(unnamed, sizeof(unnamed), "erreur %d du système", number);
	return unnamed;
}

/* A piece is written whole or not at all: no character is cut in half. */
static void put(struct writing *to, const char *text, size_t len)
{
	if (len > to->left)
		return;
	memcpy(to->at, text, len);
	to->at += len;
	to->left -= len;
	*to->at = '\0';
}

/* `form` points to a '%'. Returns which argument it takes, `next` unless the text gives a number; `*ret_end` is what follows. */
static unsigned which(const char *form, unsigned next, const char **ret_end)
{
	unsigned at = next;

	form++;
	if (form[0] >= '1' && form[0] <= '0' + LBR_CLAUSE_WORDS && form[1] == '$') {
		at = (unsigned)(form[0] - '1');
		form += 2;
	}
	form += strspn(form, ".0123456789");
	*ret_end = *form != '\0' ? form + 1 : form;
	return at;
}

/* The clause that is piece `at`; its arguments are the pieces after it. */
static void put_clause(struct writing *to, const struct lbr_reason *reason, unsigned at)
{
	const char *form = french[reason->pieces[at].number];
	const struct lbr_piece *word;
	unsigned next = 0;
	size_t len;

	while (*form != '\0') {
		len = strcspn(form, "%");
		put(to, form, len);
		form += len;
		if (*form != '%')
			continue;
		word = &reason->pieces[at + 1 + which(form, next++, &form)];
		if (word < reason->pieces + reason->count && word->kind == LBR_PIECE_WORD)
			put(to, reason->text + word->at, word->len);
	}
}

static void put_piece(struct writing *to, const struct lbr_reason *reason, unsigned at)
{
	const struct lbr_piece *piece = &reason->pieces[at];
	const char *words;

	if (piece->kind == LBR_PIECE_WORD)
		return;
	if (at > 0)
		put(to, JOINT_FR, strlen(JOINT_FR));
	if (piece->kind == LBR_PIECE_CLAUSE) {
		put_clause(to, reason, at);
	} else if (piece->kind == LBR_PIECE_ERRNO) {
		words = cli_errno(LBR_LANGUAGE_FR, piece->number);
		put(to, words, strlen(words));
	} else {
		put(to, reason->text + piece->at, piece->len);
	}
}

const char *cli_reason(enum lbr_language language, const struct lbr_reason *reason, char ret[CLI_REASON_MAX])
{
	struct writing to = { ret, CLI_REASON_MAX - 1 };
	size_t end = strlen(reason->text);
	unsigned at;

	ret[0] = '\0';
	if (language != LBR_LANGUAGE_FR || reason->count > LBR_PIECES_MAX) {
		put(&to, reason->text, end);
		return ret;
	}
	for (at = 0; at < reason->count; at++)
		if (reason->pieces[at].at < end) /* the other pieces were cut off */
			put_piece(&to, reason, at);
	return ret;
}
