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

/* Speaks the language that the configuration names, as the services do; if it names none, that of the environment stays. For a
 * person's own verbs. */
void cli_agent_adopt_language(struct cli *cli);

/* Opens an agent and runs a request that takes old password and code. What needs no answers is told first; then both are asked
 * while no agent waits, and an agent is opened that judges them. The client stays open for what follows; the caller closes it, and
 * wipes `request`. Else as cli_agent_request. */
enum cli_status cli_agent_prove(const struct cli *cli, struct lbr_client *client, struct lbr_request *request,
                                enum lbr_status *ret);

#endif
