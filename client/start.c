/* An agent that runs as this program's child. */
#include <liberations/client.h>

#include <unistd.h>

#include <liberations/agent_start.h>

int lbr_client_start(struct lbr_client *client, const char *agent, const char *config)
{
	const char *argv[] = {"liberations-agent", "--fd", "3", NULL, NULL, NULL};
	int socket, error = lbr_client_pair(client, &socket);

	if (error != 0)
		return error;
	if (config[0] != '\0') {
		argv[3] = "--config";
		argv[4] = config;
	}
	error = lbr_agent_start(agent, argv, socket, &client->child);
	close(socket);
	if (error != 0) {
		client->child = 0;
		lbr_client_close(client);
	}
	return error;
}
