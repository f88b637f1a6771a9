/* A seal key that is not the one which sealed the accounts: a fault of the key, not of each account. */
#ifndef CLI_FOREIGN_KEY_H
#define CLI_FOREIGN_KEY_H

#include <stdbool.h>

#include "admin_session.h"

/* True if there is an account, and neither an account nor a decoy is genuine under the keys of this store. Costs a read or
 * two where the key is the right one. */
bool cli_key_is_foreign(struct lbr_store *store);

/* The same of a store that is not open: another process opens it, so that this one never has the key. The process is its owner. */
bool cli_key_is_foreign_apart(const struct admin_session *session);

#endif
