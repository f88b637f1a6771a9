/* The reasons of lib/ in the administrator's language.
 *
 * lib/ gives each reason in English, for the log too. It is made of clauses with ": " between them: where, and what. The command
 * puts French in the place of the clauses that reasons.def knows; names, system calls, commands and paths (unless
 * one has ": " in it) stay as they are.
 */
#ifndef CLI_REASON_H
#define CLI_REASON_H

#include <liberations/language.h>

#define CLI_REASON_MAX 2048 /* more than the longest sentence of lib/ takes in French */

/* Writes `sentence`, clean already, in `language`. What does not fit is left out, piece by piece. Returns `ret`. */
const char *cli_reason(enum lbr_language language, const char *sentence, char ret[CLI_REASON_MAX]);

/* The words for an errno, those of no number in reasons.def in English. Static; never NULL. */
const char *cli_errno(enum lbr_language language, int number);

#endif
