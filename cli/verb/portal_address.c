/* The web portal's configuration, as the command finds it. */
#include "portal_address.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void cli_portal_config(const struct cli *cli, char ret[CLI_PORTAL_CONFIG_MAX])
{
	const char *slash = strrchr(cli->config, '/');
	int len = slash != NULL ? (int)(slash + 1 - cli->config) : 0;

	if (cli_has(cli, CLI_CONFIG))
		snprintf(ret, CLI_PORTAL_CONFIG_MAX, "%.*sportal.conf", len, cli->config);
	else
		snprintf(ret, CLI_PORTAL_CONFIG_MAX, "%s", LBR_DEFAULT_PORTAL_CONFIG);
}

/* The portal tells its own faults; a letter is about something else. */
static void say_nothing(void *context, const struct lbr_reason *reason)
{
	(void)context;
	(void)reason;
}

void cli_portal_address(const struct cli *cli, char ret[LBR_ORIGIN_MAX])
{
	static struct lbr_portal_settings settings;
	char path[CLI_PORTAL_CONFIG_MAX];
	unsigned at, found = 0;

	ret[0] = '\0';
	cli_portal_config(cli, path);
	if (access(path, F_OK) != 0 || lbr_portal_settings_load(path, &settings, say_nothing, NULL) != LBR_OK)
		return;
	for (at = 0; at < settings.site_count; at++)
		if (settings.sites[at].sign_in[0] == '\0' && found++ == 0)
			memcpy(ret, settings.sites[at].origin, LBR_ORIGIN_MAX);
	if (found != 1)
		ret[0] = '\0';
}
