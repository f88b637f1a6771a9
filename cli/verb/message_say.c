/* What became of messages: a line a person, and the totals. */
#include "message.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "desk_log.h"
#include "json.h"

static void say(const struct cli *cli, const char *name, const char *kind, const char *result, enum cli_text text, int64_t next_s)
{
	char when[CLI_TIME_MAX] = "";

	if (next_s > 0)
		cli_time_local(next_s, when);
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:s, s:s, s:o}", "user", name, "kind", kind, "result", result,
		                        "next", cli_json_time(next_s)));
	else
		cli_write(stdout, cli->language, text, name, when, NULL);
}

/* A line of the log for each person who was to get this text; --deliver only says who did not. */
static void keep(const struct messaging *messaging, const struct delivered *delivered)
{
	if (!messaging->delivers && (delivered->as == DELIVERED_SENT || delivered->as == DELIVERED_QUEUED))
		cli_desk_log(messaging->way.cli, delivered->message->name, CLI_DONE);
}

void cli_message_tell(void *context, const struct delivered *delivered)
{
	static const struct { const char *word; enum cli_text text; } results[] = {
		[DELIVERED_SENT] = { "sent", TEXT_MESSAGE_SENT }, [DELIVERED_QUEUED] = { "queued", TEXT_MESSAGE_QUEUED },
		[DELIVERED_FAILED] = { "failed", TEXT_MESSAGE_FAILED }, [DELIVERED_UNKNOWN] = { "unknown", TEXT_MESSAGE_UNKNOWN },
	};
	const struct messaging *messaging = context;
	const struct lbr_message *message = delivered->message;
	enum cli_text text = results[delivered->as].text;

	if (delivered->as == DELIVERED_QUEUED && !delivered->tried)
		text = delivered->next_s > 0 ? TEXT_MESSAGE_LATER : TEXT_MESSAGE_UNTRIED;
	keep(messaging, delivered);
	say(messaging->way.cli, message->name, message->kind < LBR_NOTICE_KINDS ? lbr_notice_kind_name(message->kind) : "message",
	    results[delivered->as].word, text, delivered->next_s);
}

void cli_message_tell_no_contact(const struct messaging *messaging, const char *name)
{
	cli_desk_log_change(messaging->way.cli, name, CLI_DONE, false);
	say(messaging->way.cli, name, "message", "no-contact", TEXT_MESSAGE_NO_CONTACT, 0);
}

void cli_message_sum_up(const struct messaging *messaging)
{
	const struct delivering *way = &messaging->way;
	const unsigned numbers[] = { way->sent, way->queued, way->failed, way->unknown };
	char texts[4][16];
	int at;

	for (at = 0; at < 4; at++)
		snprintf(texts[at], sizeof(texts[at]), "%u", numbers[at]);
	if (cli_has(way->cli, CLI_JSON))
		cli_json_line(json_pack("{s:i, s:i, s:i, s:i, s:b}", "sent", (int)way->sent, "queued", (int)way->queued, "failed",
		                        (int)way->failed, "unknown", (int)way->unknown, "changed",
		                        way->sent + way->failed + way->unknown + messaging->put > 0));
	else
		cli_write(stdout, way->cli->language, TEXT_MESSAGE_SUM, texts[0], texts[1], texts[2], texts[3], NULL);
}
