/* `message USER... | --all | --state STATES [TEXT]`: a short text to telephones and mailboxes; `message --deliver`: what waits. */
#include "message.h"

#include <stdbool.h>
#include <stdlib.h>

#include "desk_log.h"

/* Listing removes what counts no longer: a refused run's messages, and the release of a run that is over. */
static void tidy(struct delivering *way)
{
	char (*ids)[LBR_MESSAGE_ID_MAX] = NULL;
	struct lbr_reason reason = { .text = "" };
	size_t count;

	if (lbr_messages_list(way->spool, &ids, &count, &reason) != LBR_OK)
		cli_fail_reason(way->cli, NULL, LBR_ERR_SYSTEM, &reason);
	free(ids);
}

/* Whom, and nothing else with --deliver. */
static bool is_complete(const struct messaging *messaging)
{
	return messaging->delivers ? messaging->way.cli->count == 0 && !messaging->everybody :
	       messaging->way.cli->count > 0 || messaging->everybody;
}

static void send_all(struct messaging *messaging)
{
	struct delivering *way = &messaging->way;

	way->run = messaging->delivers ? NULL : messaging->run;
	if (!messaging->delivers)
		cli_message_spool(messaging);
	if (way->status == CLI_DONE) {
		cli_deliver(way);
		cli_message_sum_up(messaging);
	}
	/* It runs every few minutes, and mostly for nothing. */
	if (messaging->delivers && way->sent > 0)
		cli_desk_log_count(way->cli, way->status, true, way->sent);
	tidy(way);
}

enum cli_status cli_message(struct cli *cli)
{
	static struct messaging messaging;
	struct delivering *way = &messaging.way;
	enum cli_status status = CLI_DONE;

	way->cli = cli;
	way->tell = cli_message_tell;
	way->context = &messaging;
	messaging.everybody = (cli->options & (CLI_ALL | CLI_STATE | CLI_EXPIRING | CLI_NEVER)) != 0;
	messaging.delivers = cli_has(cli, CLI_DELIVER);
	if (!is_complete(&messaging))
		return cli_fail(cli, CLI_USAGE, TEXT_MESSAGE_WHO, NULL);
	status = cli_message_choose(&messaging);
	if (status == CLI_DONE && !messaging.delivers)
		status = cli_message_take_text(&messaging);
	if (status == CLI_DONE && !messaging.delivers && (messaging.people > 0) == messaging.everybody)
		return cli_fail(cli, CLI_USAGE, TEXT_MESSAGE_WHO, NULL);
	if (status == CLI_DONE)
		status = cli_delivering_open(way);
	if (status != CLI_DONE)
		return status;
	if (cli_message_text_is_name(&messaging))
		way->status = cli_fail(cli, CLI_USAGE, TEXT_MESSAGE_IS_NAME, cli_safe(cli->words[0]), NULL);
	else
		send_all(&messaging);
	cli_delivering_close(way);
	return messaging.missed && way->status == CLI_DONE ? CLI_FAULT : way->status;
}
