/* A broker of this command's own, for what no agent may ask of the shared accounts: to list, create, rename and remove them. */
#ifndef CLI_BROKER_START_H
#define CLI_BROKER_START_H

#include "admin_session.h"

/* Starts it if the settings want one and this is root: session->broker is then connected to it. It reads store-admin.conf, beside
 * the configuration, which root alone can read, and ends with the connection. LBR_ERR_SYSTEM. */
enum lbr_error cli_broker_start(const struct cli *cli, struct admin_session *session, struct lbr_reason *reason);

#endif
