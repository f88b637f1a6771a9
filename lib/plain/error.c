/* The sentence that tells root what went wrong. */
#include <liberations/error.h>

#include <stdarg.h>
#include <stddef.h>

#include "sentence.h"

void lbr_reason_set(struct lbr_reason *reason, enum lbr_clause clause, const char *english, va_list words)
{
	struct lbr_words copy;

	lbr_sentence_clear(reason);
	va_copy(copy.list, words);
	lbr_sentence_clause(reason, clause, english, &copy);
	va_end(copy.list);
}

enum lbr_error lbr_fail(struct lbr_reason *reason, enum lbr_error error, enum lbr_clause clause, const char *english, ...)
{
	va_list words;

	if (reason == NULL)
		return error;
	va_start(words, english);
	lbr_reason_set(reason, clause, english, words);
	va_end(words);
	return error;
}

enum lbr_error lbr_fail_at(struct lbr_reason *reason, enum lbr_error error, const char *where, enum lbr_clause clause,
                           const char *english, ...)
{
	va_list words;

	if (reason == NULL)
		return error;
	va_start(words, english);
	lbr_reason_set(reason, clause, english, words);
	va_end(words);
	lbr_reason_prefix(reason, where);
	return error;
}

enum lbr_error lbr_fail_system(struct lbr_reason *reason, int saved_errno, const char *format, ...)
{
	struct lbr_words words;

	if (reason == NULL)
		return LBR_ERR_SYSTEM;
	lbr_sentence_clear(reason);
	va_start(words.list, format);
	lbr_sentence_names(reason, format, &words);
	va_end(words.list);
	lbr_sentence_errno(reason, saved_errno);
	return LBR_ERR_SYSTEM;
}

enum lbr_error lbr_fail_system_at(struct lbr_reason *reason, int saved_errno, const char *where, enum lbr_clause clause,
                                  const char *english, ...)
{
	va_list words;

	if (reason == NULL)
		return LBR_ERR_SYSTEM;
	va_start(words, english);
	lbr_reason_set(reason, clause, english, words);
	va_end(words);
	lbr_sentence_errno(reason, saved_errno);
	if (where != NULL)
		lbr_reason_prefix(reason, where);
	return LBR_ERR_SYSTEM;
}

enum lbr_error lbr_fail_bare(struct lbr_reason *reason, enum lbr_error error)
{
	if (reason == NULL)
		return error;
	lbr_sentence_clear(reason);
	lbr_sentence_name(reason, lbr_error_name(error));
	return error;
}

void lbr_reason_prefix(struct lbr_reason *reason, const char *where)
{
	struct lbr_reason rest;

	if (reason == NULL)
		return;
	rest = *reason;
	lbr_sentence_clear(reason);
	lbr_sentence_name(reason, where);
	lbr_sentence_rest(reason, &rest);
}

void lbr_reason_prefix_clause(struct lbr_reason *reason, enum lbr_clause clause, const char *english, ...)
{
	struct lbr_reason rest;
	va_list words;

	if (reason == NULL)
		return;
	rest = *reason;
	va_start(words, english);
	lbr_reason_set(reason, clause, english, words);
	va_end(words);
	lbr_sentence_rest(reason, &rest);
}

bool lbr_reason_has(const struct lbr_reason *reason, enum lbr_clause clause)
{
	unsigned at;

	for (at = 0; at < reason->count && at < LBR_PIECES_MAX; at++)
		if (reason->pieces[at].kind == LBR_PIECE_CLAUSE && reason->pieces[at].number == (unsigned)clause)
			return true;
	return false;
}

const char *lbr_error_name(enum lbr_error error)
{
	switch (error) {
	case LBR_OK: return "ok";
	case LBR_ERR_INTERNAL: return "internal";
	case LBR_ERR_MEMORY: return "no memory";
	case LBR_ERR_SYSTEM: return "system";
	case LBR_ERR_SYNTAX: return "syntax";
	case LBR_ERR_RANGE: return "range";
	case LBR_ERR_ABSENT: return "absent";
	case LBR_ERR_EXISTS: return "exists";
	case LBR_ERR_DAMAGED: return "damaged";
	case LBR_ERR_NEWER: return "newer";
	case LBR_ERR_UNSAFE: return "unsafe";
	case LBR_ERR_STALE: return "stale";
	case LBR_ERR_BUSY: return "busy";
	case LBR_ERR_UNREACHABLE: return "unreachable";
	case LBR_ERR_UNKNOWN: return "answer lost";
	}
	return "unknown";
}
