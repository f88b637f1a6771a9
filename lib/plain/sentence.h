/* Building a reason's text and its pieces from left to right. */
#ifndef LBR_SENTENCE_H
#define LBR_SENTENCE_H

#include <stdarg.h>

#include <liberations/error.h>

/* The remaining arguments, passed from function to function. */
struct lbr_words {
	va_list list;
};

void lbr_sentence_clear(struct lbr_reason *reason);

/* Each appends its own pieces. A clause's arguments become pieces inside it; names are split at each ": " of `form`. */
void lbr_sentence_clause(struct lbr_reason *reason, enum lbr_clause clause, const char *form, struct lbr_words *words);
void lbr_sentence_names(struct lbr_reason *reason, const char *form, struct lbr_words *words);
void lbr_sentence_name(struct lbr_reason *reason, const char *text);

/* Each appends ": " first. */
void lbr_sentence_errno(struct lbr_reason *reason, int saved_errno);
void lbr_sentence_rest(struct lbr_reason *reason, const struct lbr_reason *rest);

#endif
