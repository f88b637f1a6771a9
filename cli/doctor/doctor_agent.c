/* Whether an agent answers at the listener's socket, where there is one. */
#include "doctor.h"

#include <errno.h>
#include <sys/stat.h>

#include <liberations/client.h>

#include "reason.h"

#define START_LISTENER "sudo systemctl enable --now liberations-agent.socket"

void cli_doctor_agent(struct doctor *on)
{
	const char *path = on->cli->socket != NULL ? on->cli->socket : LBR_DEFAULT_SOCKET;
	const struct lbr_hello hello = { .language = on->cli->language, .service = "liberations" };
	struct lbr_client client;
	struct stat socket;
	int error;

	if (on->cli->socket == NULL && (cli_has(on->cli, CLI_CONFIG) || (lstat(path, &socket) != 0 && errno == ENOENT)))
		return;
	lbr_client_init(&client);
	error = lbr_client_connect(&client, path);
	if (error != 0)
		cli_finding_add(&on->found, FINDING_CRITICAL, "agent", path, 0, START_LISTENER, TEXT_STATUS_NO_AGENT, path,
		                cli_errno(on->cli->language, error), NULL);
	else if (lbr_client_greet(&client, &hello) != LBR_OK)
		cli_finding_add(&on->found, FINDING_CRITICAL, "agent", path, 0, "journalctl -t liberations-agent -n 20",
		                TEXT_STATUS_SILENT, path, NULL);
	else if (client.version != LBR_WIRE_VERSION)
		cli_finding_add(&on->found, FINDING_WARNING, "agent", path, 0, "sudo systemctl restart liberations-agent",
		                TEXT_DOCTOR_RELEASE, NULL);
	lbr_client_close(&client);
}
