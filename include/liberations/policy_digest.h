/* What must be alike on all hosts that share their accounts, in a few digits, so that hosts can be compared. */
#ifndef LIBERATIONS_POLICY_DIGEST_H
#define LIBERATIONS_POLICY_DIGEST_H

#include <liberations/settings.h>

#define LBR_POLICY_DIGEST_MAX 17 /* with its NUL */

/* Writes 16 hex digits over the rules for codes, failures, passwords, their history and their ages. Paths, texts, mail and the cost
 * of a hash may differ. Equal rules give equal digits in every release that has the same rules. */
void lbr_policy_digest(const struct lbr_settings *settings, char ret[LBR_POLICY_DIGEST_MAX]);

#endif
