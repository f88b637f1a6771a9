/* A broker of this command's own, for what no agent may ask of the shared accounts: to list, create, rename and remove them. */
#ifndef CLI_BROKER_START_H
#define CLI_BROKER_START_H

#include "admin_session.h"

#define CLI_BROKER_OF_DESK "store-admin.conf" /* root's commands; root alone can read it */
#define CLI_BROKER_OF_HOST "store.conf"       /* the agents of this host */

/* Starts one with the file `name` beside the configuration. It ends with the connection. LBR_ERR_SYSTEM. */
enum lbr_error cli_broker_start_with(const struct cli *cli, const char *name, int *ret, struct lbr_reason *reason);

/* True on a plain host: it has no file for root's commands, so that people sign in here and are administered elsewhere. */
bool cli_broker_is_plain(const struct cli *cli);

/* Starts that of the desk, if the settings want one and this is root: session->broker is then connected to it.
 * LBR_ERR_UNREACHABLE: a plain host, which has no people of its own either. LBR_ERR_SYSTEM. */
enum lbr_error cli_broker_start(const struct cli *cli, struct admin_session *session, struct lbr_reason *reason);

/* Writes where such a file is. */
void cli_broker_config(const struct cli *cli, const char *name, char ret[LBR_PATH_MAX]);

#endif
