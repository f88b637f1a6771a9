/* What was typed, in 8 bytes: whether it is the very same wrong answer again. */
#ifndef LIBERATIONS_ANSWER_H
#define LIBERATIONS_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/counters.h>
#include <liberations/keyring.h>
#include <liberations/secret.h>
#include <liberations/settings.h>

/* Returns the mark of an answer: a MAC over the parts that the service asks for. `made` is what the password hashes to with the
 * account's salt, so that the mark takes as long to search as the hash, and a new password or salt forgets it. 0: no mark, where a
 * part could not be hashed or has no form. */
uint64_t lbr_answer_mark(const struct lbr_keyring *keyring, const char *name, enum lbr_factors factors, const char *made,
                         const struct lbr_secret *code);

/* Returns true if what was typed as the code has no code's form, or is nothing where it is all that the service asks for. */
bool lbr_answer_lacks_code(enum lbr_factors factors, const struct lbr_secret *code);

/* Returns true if the answer was wrong a short while ago; looks at all of them. */
bool lbr_answer_is_repeated(const struct lbr_counters *counters, uint64_t mark);

/* Remembers a wrong answer as the newest, once. 0 changes nothing. */
void lbr_answer_remember(struct lbr_counters *counters, uint64_t mark);

#endif
