/* Does an agent answer? Where the listener's socket exists, services that are not root depend on it; else an agent is started, as
 * root's services do. A greeting is answered once the agent has opened the store. */
#include "status.h"

#include <stdio.h>
#include <sys/stat.h>

#include <liberations/client.h>
#include <liberations/monotonic.h>

#include "reason.h"

static int reach(const struct cli *cli, struct lbr_client *client, const char **ret_where, bool *ret_listens)
{
	const char *config = cli_has(cli, CLI_CONFIG) ? cli->config : "";
	struct stat socket;

	*ret_listens = cli->socket != NULL ||
	               (cli->agent == NULL && !cli_has(cli, CLI_CONFIG) && lstat(LBR_DEFAULT_SOCKET, &socket) == 0);
	if (*ret_listens) {
		*ret_where = cli->socket != NULL ? cli->socket : LBR_DEFAULT_SOCKET;
		return lbr_client_connect(client, *ret_where);
	}
	*ret_where = cli->agent != NULL ? cli->agent : LBR_DEFAULT_AGENT;
	return lbr_client_start(client, *ret_where, config);
}

void cli_monitor_agent(struct monitored *on)
{
	const struct lbr_hello hello = { .language = on->cli->language, .service = "liberations" };
	int64_t since_ms = lbr_monotonic_ms();
	struct lbr_client client;
	const char *where;
	bool listens;
	int error;

	lbr_client_init(&client);
	error = reach(on->cli, &client, &where, &listens);
	if (error != 0)
		cli_monitor_say(on, MONITOR_CRITICAL, TEXT_STATUS_NO_AGENT, cli_safe(where),
		                cli_errno(on->cli->language, error), NULL);
	else if (lbr_client_greet(&client, &hello) != LBR_OK)
		cli_monitor_say(on, MONITOR_CRITICAL, TEXT_STATUS_SILENT, cli_safe(where), NULL);
	else
		cli_monitor_say(on, MONITOR_OK, listens ? TEXT_STATUS_ANSWERS : TEXT_STATUS_STARTS, NULL);
	on->answer_ms = (unsigned)(lbr_monotonic_ms() - since_ms);
	lbr_client_close(&client);
}
