/* Reading carriers.conf. */
#include "carriers_load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <liberations/config_file.h>

#include "on_behalf.h"
#include "reason.h"

#define CARRIERS_FILE "carriers.conf"

struct saying {
	const struct cli *cli;
};

static void say_fault(void *context, const struct lbr_reason *reason)
{
	const struct saying *saying = context;
	char words[CLI_REASON_MAX];

	cli_fail(saying->cli, CLI_FAULT, TEXT_BARE, cli_reason(saying->cli->language, reason, words), NULL);
}

static enum cli_status add(const struct cli *cli, const char *path, struct carriers *carriers)
{
	int fd = cli_on_behalf_open(path, O_NONBLOCK | O_NOFOLLOW);
	struct saying saying = { cli };
	enum cli_status status = CLI_DONE;
	char *text = NULL, number[16];
	unsigned line;
	size_t len = 0;

	if (fd < 0 && errno == ENOENT)
		return CLI_DONE;
	if (fd < 0)
		return cli_fail(cli, CLI_FAULT, TEXT_CARRIERS_OPEN, path, cli_errno(cli->language, errno), NULL);
	if (lbr_config_file_read_open(fd, path, &text, &len, say_fault, &saying) != LBR_OK)
		status = CLI_FAULT;
	line = status == CLI_DONE ? cli_carriers_add(carriers, text, len) : 0;
	if (line > 0) {
		snprintf(number, sizeof(number), "%u", line);
		status = cli_fail(cli, CLI_FAULT, TEXT_CARRIERS_LINE, path, number, NULL);
	}
	free(text);
	close(fd);
	return status;
}

enum cli_status cli_carriers_load(const struct cli *cli, struct carriers *ret)
{
	const char *slash = strrchr(cli->config, '/');
	char beside[4096];
	enum cli_status status;

	ret->count = 0;
	status = add(cli, LBR_CARRIERS, ret);
	if (status != CLI_DONE)
		return status;
	snprintf(beside, sizeof(beside), "%.*s" CARRIERS_FILE, slash != NULL ? (int)(slash - cli->config) + 1 : 0, cli->config);
	return add(cli, beside, ret);
}

void cli_carrier_warn(const struct cli *cli, const struct carrier *carrier)
{
	if (carrier->state == CARRIER_ENDING)
		cli_fail(cli, CLI_DONE, TEXT_CARRIER_ENDING, carrier->name, carrier->date, NULL);
	if (carrier->state == CARRIER_UNVERIFIED)
		cli_fail(cli, CLI_DONE, TEXT_CARRIER_UNVERIFIED, carrier->name, carrier->date, NULL);
}
