/* A store in a scratch directory: laid out once for a suite, opened anew in every test, removed at the end. */
#ifndef TESTS_SCRATCH_STORE_H
#define TESTS_SCRATCH_STORE_H

#include <liberations/store.h>

struct scratch {
	char              dir[128], state[160], key[160];
	struct lbr_keyring  *keyring;
	struct lbr_store *store;
	int64_t           now_s; /* what the store takes for the time */
};

extern struct scratch scratch;

/* Unchecked fixtures (tcase_add_unchecked_fixture): they run once, in the suite's own process. */
void scratch_make(void);
void scratch_remove(void);

/* In a test: becomes the store's owner, loads the keyring, opens the store. */
void scratch_enter(void);

/* An account as `invite` would make it; its token is sealed for it with the bytes 1, 2, 3 ... */
struct lbr_account scratch_account(const char *name);

/* The same with a confirmed token, whose key is `key` (NULL: as above), and a password of its own since a while before now_s. */
struct lbr_account scratch_own_account(const char *name, const unsigned char *key, const char *password);

/* Creates it in the store, or any other. */
void scratch_enroll(const char *name);
void scratch_create(const struct lbr_account *account);

/* The store's clock: scratch.now_s. */
int64_t scratch_now_s(void);

/* What is stored for a name, or for the decoy in its place. The caller releases it. */
struct lbr_view scratch_view(const char *name);
struct lbr_view scratch_decoy(const char *name);

/* Commits what `change` (NULL: nothing) makes of the view, as the parts given. */
typedef void scratch_change(struct lbr_view *view, const void *context);
enum lbr_error scratch_commit(struct lbr_view *view, unsigned parts, scratch_change *change, const void *context);

/* The same for an account by name; it must succeed. */
void scratch_change_of(const char *name, unsigned parts, scratch_change *change, const void *context);

/* The absolute path of one of its files; `tree` is "accounts", "history" or "counters". Static; the next call but three
 * overwrites it. */
const char *scratch_path(const char *tree, const char *name);

#endif
