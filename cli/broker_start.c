/* A broker of this command's own. */
#include "broker_start.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "child.h"

#define CONFIG "store-admin.conf"

/* Beside the configuration of this command, which a test may put elsewhere. */
static void find_config(const char *beside, char *ret, size_t size)
{
	const char *slash = strrchr(beside, '/');

	(void)snprintf(ret, size, "%.*s" CONFIG, slash != NULL ? (int)(slash - beside + 1) : 0, beside);
}

enum lbr_error cli_broker_start(const struct cli *cli, struct admin_session *session, struct lbr_reason *reason)
{
	char config[LBR_PATH_MAX];
	char *words[] = {(char[]){LBR_DEFAULT_BROKER}, (char[]){"--admin"}, (char[]){"--config"}, config, NULL};
	int pair[2], error;
	pid_t child;

	if (session->settings.store == LBR_STORE_FILE || geteuid() != 0 || session->broker > 0)
		return LBR_OK;
	find_config(cli->config, config, sizeof(config));
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return lbr_fail_system(reason, errno, "socketpair");
	error = cli_child_start(words, (const int[3]){pair[1], -1, STDERR_FILENO}, true, &child);
	(void)close(pair[1]);
	if (error != 0) {
		(void)close(pair[0]);
		return lbr_fail_system(reason, error, "%s", LBR_DEFAULT_BROKER);
	}
	session->broker = pair[0];
	return LBR_OK;
}
