/* A scratch world for tests: configuration, seal key, store, service files; accounts in whatever state a test wants.
 *
 * The store belongs to WORLD_OWNER (as root) or to the caller; what writes it here becomes that owner in a forked child
 * first, as the product does. Every function ends the program with a sentence when it cannot do its work.
 */
#ifndef TESTS_PAM_WORLD_H
#define TESTS_PAM_WORLD_H

#include <stdbool.h>
#include <stddef.h>

#include <liberations/account.h>
#include <liberations/counters.h>
#include <liberations/settings.h>
#include <liberations/token.h>

#define WORLD_OWNER 64201 /* nobody's uid */
#define WORLD_PASSWORD "une phrase qui va bien"
#define WORLD_KEY_HEX "3132333435363738393031323334353637383930" /* RFC 6238's */

struct world {
	char dir[64];
	char config[96];
	char state[96];
	char seal_key[96];
	char services[96]; /* for pam_start_confdir */
};

/* Lays everything out in a new directory: hash-cost 1, language en, the rest at its defaults. */
void world_make(struct world *world);

/* Removes all of it. */
void world_remove(const struct world *world);

/* Writes a service file; `format` as in printf(3). */
void world_service(const struct world *world, const char *service, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Makes or changes an account; fields as `lbr-world --help` lists them, closed by NULL. */
void world_set(const struct world *world, const char *name, ...) __attribute__((sentinel));

/* The same for a configuration file and an array. False: `reason` says why. */
bool world_edit(const char *config, const char *name, int count, const char *const *fields, struct lbr_reason *reason);

/* What a reader finds. `account_error` and `counters_error` are LBR_OK when the part could be read. */
struct world_view {
	enum lbr_error      error;
	struct lbr_account  account;
	struct lbr_counters counters;
};
struct world_view world_view(const char *config, const char *name);

/* The six digits that a phone would show `steps` steps from now. */
void world_code(const char *key_hex, int steps, char ret[LBR_CODE_DIGITS + 1]);

/* One that WORLD_KEY_HEX gives long after, and at no step that could be accepted. */
void world_wrong_code(char ret[LBR_CODE_DIGITS + 1]);

/* Runs `work` as the owner of the store of `config`, in a child; what it leaves in `ret` (`size` bytes) comes back.
 * False: the child failed, `reason` says why. */
struct world_place {
	struct lbr_settings settings;
	struct lbr_keyring    *keyring;
	struct lbr_store   *store;
};
typedef bool world_work(struct world_place *place, void *context, void *ret, struct lbr_reason *reason);
bool world_as_owner(const char *config, world_work *work, void *context, void *ret, size_t size,
                    struct lbr_reason *reason);

/* Ends the program. */
void world_die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
