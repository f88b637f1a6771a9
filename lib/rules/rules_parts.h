/* Private to the rules: how a candidate is looked at without its case, accents and disguises. */
#ifndef LIB_RULES_PARTS_H
#define LIB_RULES_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/rules.h>

#define LBR_FOLDED_MAX 1024 /* code points; 128 decompose into more, what exceeds this is no longer looked at */

struct lbr_folded {
	size_t   count;
	uint32_t points[LBR_FOLDED_MAX];
};

/* Case and accents away, ligatures and compatibility forms taken apart; a byte that is not UTF-8 stands for itself.
 * "Mot de Passé" => "mot de passe". `folded` may hold a secret afterwards: the caller wipes it. */
void lbr_rules_fold(const char *text, size_t len, struct lbr_folded *folded);

/* True for a letter or digit of any script, a byte that is not UTF-8, or a cut word; false for what stands between
 * words. */
bool lbr_rules_is_letter(uint32_t point);

/* Where words begin in a candidate and how far they reach: bit n of reach[i] says that n points from i on are a
 * word. */
struct lbr_cuts {
	uint64_t reach[LBR_FOLDED_MAX];
};

/* Finds a word of `len` folded points wherever it stands: disguised (4 for a, $ for s ...) and spaced out (p.a.s.s)
 * too. */
void lbr_rules_find(const struct lbr_folded *candidate, const uint32_t *word, size_t len, struct lbr_cuts *cuts);

/* The same for each word of our own list; for each part of a text, split at what is no letter; and for a whole text
 * without that. */
void lbr_rules_find_common(const struct lbr_folded *candidate, struct lbr_cuts *cuts);
void lbr_rules_find_text(const struct lbr_folded *candidate, const char *text, struct lbr_cuts *cuts);

/* Cuts as many words out as possible and weighs what is left, in half characters; a word weighs as much as a
 * letter. What merely repeats or continues what came before it weighs as one character, however long it is. Once a
 * word was cut, digits, spaces and punctuation weigh half, for they are a year or a counter. `*ret_cut`: anything
 * was cut. */
unsigned lbr_rules_weigh_rest(const struct lbr_folded *candidate, const struct lbr_cuts *cuts, bool *ret_cut);

/* libpasswdqc's part. */
enum lbr_error lbr_rules_ask_passwdqc(const struct lbr_candidate *candidate, const struct lbr_settings *settings,
                                      enum lbr_objection *ret, struct lbr_reason *reason);

#endif
