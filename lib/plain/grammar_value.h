/* One value of the grammar: reading it, and describing what is allowed. */
#ifndef LIB_GRAMMAR_VALUE_H
#define LIB_GRAMMAR_VALUE_H

#include <stdbool.h>

#include <liberations/grammar.h>

/* Reads `value` into the keyword's field of `out`. Returns false and writes nothing if it is not allowed. */
bool lbr_value_read(const struct lbr_keyword *keyword, const char *value, void *out);

/* Describes what is allowed: "a number from 0 to 2", "auto, en or fr". */
void lbr_value_allowed(const struct lbr_keyword *keyword, struct lbr_reason *ret);

#endif
