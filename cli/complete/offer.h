/* What is offered to a shell: one candidate a line, behind a tab what it means; and a line with a colon for what the shell knows
 * better itself. */
#ifndef CLI_COMPLETE_OFFER_H
#define CLI_COMPLETE_OFFER_H

#include <stdbool.h>

#include <liberations/settings.h>

#include "line.h"

/* Prints a candidate, if it begins as what was typed. `help` may be NULL. */
void cli_offer(const struct line *line, const char *word, const char *help);

/* ":files", ":directories" or ":users". */
void cli_offer_kind(const char *kind);

void cli_offer_verbs(const struct line *line, enum lbr_language language);
void cli_offer_options(const struct line *line, enum lbr_language language);
void cli_offer_value(struct cli *cli, const struct line *line);

/* The services of pam.d(5), by the names of their files. */
void cli_offer_services(const struct line *line);

/* The words after `store`. */
void cli_offer_store_words(const struct line *line);

/* The accounts' names, if the caller may read them; else Unix users. Becomes the owner of the store. */
void cli_offer_accounts(struct cli *cli, const struct line *line);

/* Reads the configuration that the line names and becomes the owner of its store. False: the caller may not. */
bool cli_offer_as_owner(struct cli *cli, const struct line *line, struct lbr_settings *settings);

/* The ids of the seal keys that are not in force, and nothing else of their file, unless somebody else has root run this. Becomes
 * the owner of the store. */
void cli_offer_key_ids(struct cli *cli, const struct line *line);

#endif
