/* One answer that contains both parts, for services that ask only once. */
#ifndef LIBERATIONS_COMBINED_ANSWER_H
#define LIBERATIONS_COMBINED_ANSWER_H

#include <liberations/error.h>
#include <liberations/secret.h>

/* Splits one answer into password and code. The code is the last six digits, together or in groups of three or two, or a
 * recovery code in two halves, XXXXX-XXXXX, in either case; blanks may follow. It is read as lbr_token_read and lbr_recovery_read
 * read it; the password is taken as it is. Only the form counts; what has the form of a whole temporary password is never split.
 * LBR_ERR_SYNTAX: it ends in neither, or nothing precedes the code; both outputs are then empty. */
enum lbr_error lbr_combined_answer_split(const struct lbr_secret *answer, struct lbr_secret *password, struct lbr_secret *code);

#endif
