/* `metrics`: all accounts as numbers, in constant memory. */
#include "metrics.h"

#include <stddef.h>

/* Reports why, and returns the status. */
static enum cli_status take(struct cli *cli, struct admin_session *session, struct metrics *metrics)
{
	enum cli_status status = cli_admin_open(cli, session);
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	if (status != CLI_DONE)
		return status;
	metrics->settings = &session->settings;
	metrics->now_s = cli_now_s();
	error = lbr_store_list(session->store, cli_metrics_count, metrics, &reason);
	cli_admin_close(session);
	metrics->readable = error == LBR_OK;
	if (error == LBR_OK)
		return CLI_DONE;
	(void)cli_fail_reason(cli, NULL, error, &reason);
	return CLI_FAULT;
}

/* What cannot be read is a number too, or an alarm on it would never ring; who may not ask gets none. */
enum cli_status cli_metrics(struct cli *cli)
{
	struct admin_session session = { .store = NULL };
	struct metrics metrics = { .now_s = cli_now_s() };
	enum cli_status status;

	if (!cli_may_administer(cli))
		return cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NEEDS_ROOT, cli->verb->name, NULL);
	status = take(cli, &session, &metrics);
	if (status != CLI_NOT_ALLOWED)
		cli_metrics_print(&metrics, cli_has(cli, CLI_JSON));
	return status;
}
