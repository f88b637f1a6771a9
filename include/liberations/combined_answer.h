/* One answer that holds both parts, for services that ask only once. */
#ifndef LIBERATIONS_COMBINED_ANSWER_H
#define LIBERATIONS_COMBINED_ANSWER_H

#include <liberations/error.h>
#include <liberations/secret.h>

/* Splits one answer into password and code: its last six digits, or a recovery code in the shape in which it is shown,
 * XXXXX-XXXXX, in either case. By the shape alone; an answer that is a temporary password's in whole is never split.
 * LBR_ERR_SYNTAX: it ends in neither, or nothing stands before them; both outputs are then empty. */
enum lbr_error lbr_combined_answer_split(const struct lbr_secret *answer, struct lbr_secret *password, struct lbr_secret *code);

#endif
