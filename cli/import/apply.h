/* What is made of a thing that was found: an account that lacks it is completed, one that does not exist is created. */
#ifndef CLI_IMPORT_APPLY_H
#define CLI_IMPORT_APPLY_H

#include <liberations/error.h>

#include "admin_session.h"
#include "found.h"
#include "person.h"

struct import_result {
	enum import_reason reason;  /* IMPORT_USABLE: it is in the account now, or would be */
	bool               changed; /* it was not there already */
	bool               codes;   /* the recovery codes too */
	uint64_t           notes;
};

/* `dry`: judges alone, and writes nothing. `person`: whom the system knows by this name. Errors as the store's, with a reason;
 * `ret` then says nothing. */
enum lbr_error cli_import_apply(const struct admin_session *session, const struct import_found *found, const struct person *person,
                                bool dry, struct import_result *ret, struct lbr_reason *reason);

#endif
