/* Private to the rules: comparing a candidate regardless of case, accents and disguises. */
#ifndef LIB_RULES_PARTS_H
#define LIB_RULES_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/rules.h>

#define LBR_FOLDED_MAX 1024 /* code points: 128 decompose into more; anything beyond is ignored */

struct lbr_folded {
	size_t   count;
	uint32_t points[LBR_FOLDED_MAX];
};

/* Removes case and accents and decomposes ligatures and compatibility forms; a byte that is not UTF-8 is kept unchanged.
 * "Mot de Passé" => "mot de passe". `folded` may then hold a secret: the caller wipes it. */
void lbr_rules_fold(const char *text, size_t len, struct lbr_folded *folded);

/* Returns true for a letter or digit of any script, a byte that is not UTF-8, or a cut word; false for anything that separates
 * words. */
bool lbr_rules_is_letter(uint32_t point);

/* Where words begin in a candidate, and their lengths: bit n of reach[i] means that the n points from i on are a word. */
struct lbr_cuts {
	uint64_t reach[LBR_FOLDED_MAX];
};

/* Finds every occurrence of a word of `len` folded points, including disguised (4 for a, $ for s ...) and spaced out (p.a.s.s)
 * ones. */
void lbr_rules_find(const struct lbr_folded *candidate, const uint32_t *word, size_t len, struct lbr_cuts *cuts);

/* Do the same for each word of the built-in list; and for each part of a text, split at anything that is not a letter, and the
 * whole text without those separators. */
void lbr_rules_find_common(const struct lbr_folded *candidate, struct lbr_cuts *cuts);
void lbr_rules_find_text(const struct lbr_folded *candidate, const char *text, struct lbr_cuts *cuts);

/* Cuts out as many words as possible and returns the weight of the rest in half characters; a word weighs as much as a
 * letter. A run that only repeats or continues what precedes it weighs as much as one character, however long it is. Once a word
 * was cut, digits, spaces and punctuation weigh half, since they are usually a year or a counter. `*ret_cut`: a word was cut. */
unsigned lbr_rules_weigh_rest(const struct lbr_folded *candidate, const struct lbr_cuts *cuts, bool *ret_cut);

/* Asks libpasswdqc for its objection. */
enum lbr_error lbr_rules_ask_passwdqc(const struct lbr_candidate *candidate, const struct lbr_settings *settings,
                                      enum lbr_objection *ret, struct lbr_reason *reason);

#endif
