/* The administrator's desk: configuration read, root left behind, seal key loaded, store open. In this order. */
#ifndef CLI_DESK_H
#define CLI_DESK_H

#include <liberations/keyring.h>
#include <liberations/settings.h>
#include <liberations/store.h>

#include "cli.h"

struct desk {
	struct lbr_settings settings;
	struct lbr_keyring    *keyring;
	struct lbr_store   *store;
};

/* Each gives CLI_DONE, or says what is wrong. After a failure of cli_desk_open the desk is closed. */
enum cli_status cli_desk_open(struct cli *cli, struct desk *desk);
void cli_desk_close(struct desk *desk);

/* The first half alone, for `init` and for what must be resolved before root is left. */
enum cli_status cli_settings_load(struct cli *cli, struct lbr_settings *settings);
/* The second half: desk->settings is loaded. */
enum cli_status cli_desk_open_loaded(struct cli *cli, struct desk *desk);

/* True if the caller is root or owns the store: an administrator here, not a person. Says nothing. */
bool cli_desk_is_ours(const struct cli *cli);

/* Says what lbr_account_lock and its like found wrong with one account. */
enum cli_status cli_desk_complain(const struct cli *cli, const char *name, enum lbr_error error,
                                  const struct lbr_reason *reason);

#endif
