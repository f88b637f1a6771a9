/* The seal key that all hosts of a shared store seal with. `store` is one that lbr_store_open_shared opened, through a broker of
 * root's own. */
#ifndef LIBERATIONS_SHARED_KEYS_H
#define LIBERATIONS_SHARED_KEYS_H

#include <stdbool.h>

#include <liberations/store.h>

/* Calls `each` for every host that was seen in the last 30 days and lacks the key, by the name of its login. Non-zero ends it, and
 * is no error. LBR_ERR_UNREACHABLE: some may have been told. */
enum lbr_error lbr_store_lacking(struct lbr_store *store, const char *key_id, lbr_store_name *each, void *context,
                                 struct lbr_reason *reason);

/* Puts the key in force for every commit from now on; those under way are judged anew. `*ret_changed`: it was another one. Doing
 * it again changes nothing. LBR_ERR_ABSENT: this host's keyring lacks it. LBR_ERR_BUSY: the host `ret_lacking` lacks it; nothing
 * was changed. LBR_ERR_UNREACHABLE, _UNKNOWN. `*ret_changed` counts after LBR_OK alone, `ret_lacking` after LBR_ERR_BUSY alone.
 * After an error the key of before is in force, until an answer of the database names another one. */
enum lbr_error lbr_store_activate(struct lbr_store *store, const char *key_id, bool *ret_changed,
                                  char ret_lacking[LBR_NAME_MAX + 1], struct lbr_reason *reason);

#endif
