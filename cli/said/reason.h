/* The reasons of lib/ in the administrator's language.
 *
 * A reason is a chain of clauses and names (error.h). The French of a clause is the other column of reasons.def; names, system
 * calls, commands and paths are not translated.
 */
#ifndef CLI_REASON_H
#define CLI_REASON_H

#include <liberations/error.h>
#include <liberations/language.h>

#define CLI_REASON_MAX 2048 /* longer than any reason in French */

/* Writes the reason in `language`. What does not fit is left out, piece by piece. Returns `ret`. */
const char *cli_reason(enum lbr_language language, const struct lbr_reason *reason, char ret[CLI_REASON_MAX]);

/* Returns the French format of a clause. Static. */
const char *cli_reason_french(enum lbr_clause clause);

/* Returns the text for an errno; in English if errnos.def does not list it. Static; never NULL. */
const char *cli_errno(enum lbr_language language, int number);

#endif
