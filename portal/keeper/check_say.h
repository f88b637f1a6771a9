/* What a check says to the person who runs it, in the language of their environment. */
#ifndef PORTAL_CHECK_SAY_H
#define PORTAL_CHECK_SAY_H

#include <liberations/error.h>
#include <liberations/language.h>

/* One line on standard error: what is wrong, and `repair`, a clause without arguments; LBR_REASONS: `reason` says it itself. */
void lbr_check_say(enum lbr_language language, const struct lbr_reason *reason, enum lbr_clause repair, const char *english);

/* The line of a check that found nothing, on standard output. */
void lbr_check_say_well(enum lbr_language language, const char *config, unsigned sites);

#endif
