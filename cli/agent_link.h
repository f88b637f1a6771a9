/* The connection between an agent, the listener's or one that this command starts, and the person at this terminal. */
#ifndef CLI_AGENT_LINK_H
#define CLI_AGENT_LINK_H

#include <liberations/client.h>

#include "cli.h"

/* Connects and greets. --socket or --agent decides how; else root and the store's owner start an agent with this command's
 * configuration, and any other user connects to the listener. CLI_FAULT after one line on standard error. The caller calls
 * lbr_client_close in every case. */
enum cli_status cli_agent_open(const struct cli *cli, struct lbr_client *client);

/* Runs one request, with its questions and texts at this terminal (on standard error with --json). CLI_DONE: `*ret` is the agent's
 * status. CLI_FAULT after one line on standard error; `*ret` is then LBR_STATUS_UNAVAILABLE. */
enum cli_status cli_agent_request(const struct cli *cli, struct lbr_client *client, const struct lbr_request *request,
                                  enum lbr_status *ret);

#endif
