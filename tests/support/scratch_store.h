/* A store in a scratch directory: laid out once for a suite, opened anew in every test, removed at the end. */
#ifndef TESTS_SCRATCH_STORE_H
#define TESTS_SCRATCH_STORE_H

#include <liberations/store.h>

struct scratch {
	char              dir[128], state[160], key[160];
	struct lbr_keyring  *keyring;
	struct lbr_store *store;
};

extern struct scratch scratch;

/* Unchecked fixtures (tcase_add_unchecked_fixture): they run once, in the suite's own process. */
void scratch_make(void);
void scratch_remove(void);

/* In a test: becomes the store's owner, loads the keyring, opens the store. */
void scratch_enter(void);

/* An account as `invite` would make it; its token is sealed for it with the bytes 1, 2, 3 ... */
struct lbr_account scratch_account(const char *name);

/* Creates it in the store. */
void scratch_enroll(const char *name);

/* The absolute path of one of its files; `tree` is "accounts", "history" or "counters". Static; the next call but three
 * overwrites it. */
const char *scratch_path(const char *tree, const char *name);

#endif
