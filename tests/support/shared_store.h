/* The store of many hosts, for a suite that is told where one is: LBR_SHARED_STORE_CONF names a store.conf whose database is empty or
 * was filled by such a suite, LBR_BROKER the program. */
#ifndef TESTS_SHARED_STORE_H
#define TESTS_SHARED_STORE_H

#include <stdbool.h>

#include <liberations/store.h>

/* Whether one is told. */
bool shared_store_is_there(void);

/* In a test: starts a broker of one's own, founds the accounts or empties them, and opens the store. */
struct lbr_store *shared_store_enter(struct lbr_keyring *keyring);

#endif
