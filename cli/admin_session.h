/* The administrator's session: configuration read, root left behind, seal key loaded, store open. In this order. */
#ifndef CLI_ADMIN_SESSION_H
#define CLI_ADMIN_SESSION_H

#include <stdbool.h>

#include <liberations/keyring.h>
#include <liberations/settings.h>
#include <liberations/store.h>

#include "cli.h"

struct admin_session {
	struct lbr_settings settings;
	struct lbr_keyring    *keyring;
	struct lbr_store   *store;
};

/* Each gives CLI_DONE, or says what is wrong. After a failure of cli_admin_open the session is closed. */
enum cli_status cli_admin_open(struct cli *cli, struct admin_session *session);
void cli_admin_close(struct admin_session *session);

/* The first half alone, for `init` and for what must be resolved before root is left. */
enum cli_status cli_settings_load(struct cli *cli, struct lbr_settings *settings);
/* The second half: session->settings is loaded. */
enum cli_status cli_admin_open_loaded(struct cli *cli, struct admin_session *session);

/* True if the caller is root or owns the store: an administrator here, not a person. Says nothing. */
bool cli_may_administer(const struct cli *cli);

/* Says what lbr_account_lock and its like found wrong with one account. */
enum cli_status cli_admin_fail(const struct cli *cli, const char *name, enum lbr_error error,
                                  const struct lbr_reason *reason);

#endif
