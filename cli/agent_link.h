/* An agent, the listener's or one that this command starts for itself, and the person at this terminal. */
#ifndef CLI_AGENT_LINK_H
#define CLI_AGENT_LINK_H

#include <liberations/client.h>

#include "cli.h"

/* Connects and greets. By --socket or --agent, else by who runs this: root and the store's owner start an agent with the
 * configuration that this command has, a person asks the listener. CLI_FAULT after one line on standard error. In every case
 * the caller ends with lbr_client_close. */
enum cli_status cli_agent_open(const struct cli *cli, struct lbr_client *client);

/* One request, with its questions and texts at this terminal: with --json on standard error. CLI_DONE: `*ret` is the agent's
 * answer. CLI_FAULT after one line on standard error; `*ret` is then LBR_STATUS_UNAVAILABLE. */
enum cli_status cli_agent_request(const struct cli *cli, struct lbr_client *client, const struct lbr_request *request,
                                  enum lbr_status *ret);

#endif
