/* The administrator's session: reads the configuration, drops root, loads the seal key and opens the store, in this order. */
#ifndef CLI_ADMIN_SESSION_H
#define CLI_ADMIN_SESSION_H

#include <stdbool.h>

#include <liberations/keyring.h>
#include <liberations/settings.h>
#include <liberations/store.h>

#include "cli.h"

struct admin_session {
	struct lbr_settings settings;
	struct lbr_keyring *keyring;
	struct lbr_store   *store;
	int                 broker; /* connected to a broker of this command's own; 0: there is none */
	bool                away;   /* the caller knows that the shared accounts do not answer: opening does not wait for them */
};

/* Opens and closes a session. Every function here that returns a status returns CLI_DONE, or reports what is wrong. If
 * cli_admin_open fails, the session is closed. */
enum cli_status cli_admin_open(struct cli *cli, struct admin_session *session);
void cli_admin_close(struct admin_session *session);

/* clock.c: from now on cli_now_s is by the clock of that store, which must outlive this; NULL: by this host's. cli_admin_open_store
 * and cli_admin_close see to it. */
void cli_clock_follow(const struct lbr_store *store);

/* Reads the configuration, as lbr_settings_load: that of the caller for whom root works, if it is open already. */
enum lbr_error cli_settings_read(const struct cli *cli, struct lbr_settings *settings, lbr_fault *fault, void *context);
/* Does only the first half, for `init` and for anything that must be resolved before root is dropped. */
enum cli_status cli_settings_load(struct cli *cli, struct lbr_settings *settings);
/* Becomes the owner of the store, of which session->settings knows the place, and opens nothing. Where many hosts share the
 * accounts, root first starts a broker of its own, which knows root's credentials. */
enum cli_status cli_admin_leave_root(const struct cli *cli, struct admin_session *session);
/* Does the second half; session->settings is already loaded. */
enum cli_status cli_admin_open_loaded(struct cli *cli, struct admin_session *session);
/* On a plain host, see broker_start.h: whether an agent here could use the shared accounts. Gives up root, prints nothing, and
 * leaves the session closed. */
enum lbr_error cli_admin_try_shared(struct admin_session *session, struct lbr_reason *reason);
/* Loads key and store alone, once the process is their owner, and prints nothing. Closes the session if it fails. */
enum lbr_error cli_admin_open_store(struct admin_session *session, struct lbr_reason *reason);

/* Returns true if the caller is root or owns the store, and so is an administrator. Prints nothing. */
bool cli_may_administer(const struct cli *cli);

/* The language of what this person reads: the account's, else the configuration's, else the command's. */
enum lbr_language cli_language_of_person(const struct cli *cli, const struct lbr_settings *settings,
                                         const struct lbr_account *account);

/* Reports an error of lbr_store_load or a similar function on one account. */
enum cli_status cli_admin_fail(const struct cli *cli, const char *name, enum lbr_error error,
                                  const struct lbr_reason *reason);

#endif
