/* A broker of this command's own. */
#include "broker_start.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "child.h"

/* Beside the configuration of this command, which a test may put elsewhere. */
void cli_broker_config(const struct cli *cli, const char *name, char ret[LBR_PATH_MAX])
{
	const char *slash = strrchr(cli->config, '/');

	(void)snprintf(ret, LBR_PATH_MAX, "%.*s%s", slash != NULL ? (int)(slash - cli->config + 1) : 0, cli->config, name);
}

enum lbr_error cli_broker_start_with(const struct cli *cli, const char *name, int *ret, struct lbr_reason *reason)
{
	char config[LBR_PATH_MAX];
	char *words[] = {(char[]){LBR_DEFAULT_BROKER}, (char[]){"--admin"}, (char[]){"--config"}, config, NULL};
	int pair[2], error;
	pid_t child;

	cli_broker_config(cli, name, config);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return lbr_fail_system(reason, errno, "socketpair");
	error = cli_child_start(words, (const int[3]){pair[1], -1, STDERR_FILENO}, true, &child);
	(void)close(pair[1]);
	if (error != 0) {
		(void)close(pair[0]);
		return lbr_fail_system(reason, error, "%s", LBR_DEFAULT_BROKER);
	}
	*ret = pair[0];
	return LBR_OK;
}

bool cli_broker_is_plain(const struct cli *cli)
{
	char path[LBR_PATH_MAX];

	cli_broker_config(cli, CLI_BROKER_OF_DESK, path);
	return access(path, F_OK) != 0 && errno == ENOENT;
}

enum lbr_error cli_broker_start(const struct cli *cli, struct admin_session *session, struct lbr_reason *reason)
{
	if (session->settings.store == LBR_STORE_FILE || geteuid() != 0 || session->broker > 0)
		return LBR_OK;
	if (cli_broker_is_plain(cli)) /* local people are administered without one */
		return session->settings.local[0] != '\0' ? LBR_OK : lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(STORE_NO_DESK));
	return cli_broker_start_with(cli, CLI_BROKER_OF_DESK, &session->broker, reason);
}
