/* What is offered to a shell: one candidate a line, behind a tab what it means; and a line with a colon for what the shell knows
 * better itself. */
#ifndef CLI_COMPLETE_OFFER_H
#define CLI_COMPLETE_OFFER_H

#include "line.h"

/* Prints a candidate, if it begins as what was typed. `help` may be NULL. */
void cli_offer(const struct line *line, const char *word, const char *help);

/* ":files", ":directories" or ":users". */
void cli_offer_kind(const char *kind);

void cli_offer_verbs(const struct line *line, enum lbr_language language);
void cli_offer_options(const struct line *line, enum lbr_language language);
void cli_offer_value(const struct line *line);

/* The services of pam.d(5), by the names of their files. */
void cli_offer_services(const struct line *line);

/* The accounts' names, if the caller may read them; else Unix users. Becomes the owner of the store. */
void cli_offer_accounts(struct cli *cli, const struct line *line);

#endif
