/* `message USER... | --all [TEXT]`: a short text to people's telephones or mailboxes; `message --deliver`: what waits. */
#include "deliver.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include <liberations/random.h>

#include "carriers_load.h"
#include "desk_log.h"
#include "json.h"
#include "progress.h"
#include "sms.h"

#define SEGMENTS_MAX 10

struct messaging {
	struct delivering way;
	char              text[CLI_SMS_TEXT_MAX];
	char              run[LBR_RUN_MAX];
	int               people; /* of the words; the last may be the text */
	unsigned          put;
};

/* An account's name has no blank, so a last word with one is the text; with --all any word is. */
static const char *find_text(struct messaging *messaging)
{
	const struct cli *cli = messaging->way.cli;
	const char *last = cli->count > 0 ? cli->words[cli->count - 1] : "";

	messaging->people = cli->count;
	if (cli->count == 0 || (!cli_has(cli, CLI_ALL) && strchr(last, ' ') == NULL))
		return NULL;
	messaging->people--;
	return last;
}

/* One line, perhaps without its newline. False: longer, more, or unreadable. */
static bool read_text(char ret[CLI_SMS_TEXT_MAX])
{
	size_t len = fread(ret, 1, CLI_SMS_TEXT_MAX - 1, stdin);

	ret[len] = '\0';
	if (ferror(stdin) != 0 || !feof(stdin) || strlen(ret) != len)
		return false;
	if (len > 0 && ret[len - 1] == '\n')
		ret[--len] = '\0';
	return len > 0;
}

static enum cli_status take_text(struct messaging *messaging)
{
	const struct cli *cli = messaging->way.cli;
	const char *word = find_text(messaging);
	char typed[CLI_SMS_TEXT_MAX], units[16], room[16], segments[16];
	struct sms_size size;
	bool sound = word != NULL ? strlen(word) < sizeof(typed) && word[0] != '\0' : read_text(typed);

	if (!sound || !cli_sms_plain(word != NULL ? word : typed, false, messaging->text))
		return cli_fail(cli, CLI_USAGE, TEXT_MESSAGE_BAD, NULL);
	cli_sms_measure(messaging->text, &size);
	snprintf(units, sizeof(units), "%u", size.units);
	snprintf(room, sizeof(room), "%u", size.room);
	snprintf(segments, sizeof(segments), "%u", size.segments);
	if (size.segments > SEGMENTS_MAX || (size.segments > 1 && !cli_has(cli, CLI_LONG)))
		return cli_fail(cli, CLI_NO, size.gsm ? TEXT_MESSAGE_LONG : TEXT_MESSAGE_LONG_UCS2, units, segments, size.first,
		                NULL);
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:i, s:i, s:i, s:s}", "units", (int)size.units, "room", (int)size.room, "segments",
		                        (int)size.segments, "encoding", size.gsm ? "gsm" : "ucs-2"));
	else
		cli_write(stderr, cli->language, size.gsm ? TEXT_MESSAGE_SIZE : TEXT_MESSAGE_SIZE_UCS2, units, room, segments,
		          size.first, NULL);
	return CLI_DONE;
}

static bool name_run(char ret[LBR_RUN_MAX])
{
	unsigned char bytes[8];
	char hex[2 * sizeof(bytes) + 1];

	if (lbr_random(bytes, sizeof(bytes)) != LBR_OK)
		return false;
	sodium_bin2hex(hex, sizeof(hex), bytes, sizeof(bytes));
	snprintf(ret, LBR_RUN_MAX, "%010" PRIu32 "-%s", (uint32_t)cli_now_s(), hex);
	return true;
}

static void put(struct messaging *messaging, const struct lbr_account *account)
{
	struct delivering *way = &messaging->way;
	struct lbr_reason reason = { .text = "" };
	struct lbr_message message = { .tries = 0 };
	enum lbr_error error;

	if (account->contact[0] == '\0') {
		cli_deliver_tell(way, account->name, "no-contact", 0);
		return;
	}
	snprintf(message.id, sizeof(message.id), "%.27s.%08u", messaging->run, messaging->put % 100000000);
	memcpy(message.name, account->name, sizeof(message.name));
	memcpy(message.text, messaging->text, sizeof(message.text));
	error = lbr_message_put(way->spool, &message, &reason);
	if (error == LBR_OK) {
		messaging->put++;
		return;
	}
	way->status = CLI_FAULT;
	cli_fail_reason(way->cli, account->name, error, &reason);
}

static int put_listed(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                      const struct lbr_reason *reason)
{
	struct messaging *messaging = context;

	(void)counters;
	if (account == NULL)
		cli_fail_reason(messaging->way.cli, name, LBR_ERR_DAMAGED, reason);
	else
		put(messaging, account);
	return messaging->way.status != CLI_DONE;
}

static void put_named(struct messaging *messaging)
{
	struct delivering *way = &messaging->way;
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	enum lbr_error error;
	int at;

	for (at = 0; at < messaging->people; at++) {
		const char *name = way->cli->words[at];

		error = lbr_store_load(way->session.store, name, &view, &reason);
		if (error != LBR_OK)
			way->status = cli_admin_fail(way->cli, name, error, &reason);
		else if (way->status == CLI_DONE)
			put(messaging, &view.account);
		lbr_view_release(&view);
		cli_progress_draw((size_t)at + 1, (size_t)messaging->people);
	}
	cli_progress_clear();
}

/* Nothing counts before everything is in the spool: what fails or is killed in between has sent nothing. */
static void spool_all(struct messaging *messaging)
{
	struct delivering *way = &messaging->way;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = LBR_OK;

	if (!name_run(messaging->run))
		way->status = CLI_FAULT;
	else if (cli_has(way->cli, CLI_ALL))
		error = lbr_store_list(way->session.store, put_listed, messaging, &reason);
	else
		put_named(messaging);
	if (error == LBR_OK && way->status == CLI_DONE && messaging->put > 0)
		error = lbr_messages_release(way->spool, messaging->run, &reason);
	if (error != LBR_OK) {
		cli_fail_reason(way->cli, NULL, error, &reason);
		way->status = CLI_FAULT;
	}
}

static enum cli_status open_all(struct delivering *way)
{
	struct lbr_reason reason = { .text = "" };
	enum cli_status status = cli_carriers_load(way->cli, &way->carriers);
	enum lbr_error error;

	if (status == CLI_DONE)
		status = cli_admin_open(way->cli, &way->session);
	if (status != CLI_DONE)
		return status;
	error = lbr_messages_open(way->session.settings.state, way->session.keyring, &way->spool, &reason);
	if (error == LBR_OK)
		return CLI_DONE;
	cli_fail_reason(way->cli, NULL, error, &reason);
	status = error == LBR_ERR_BUSY ? CLI_NO : CLI_FAULT;
	cli_admin_close(&way->session);
	return status;
}

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

static void sum_up(const struct delivering *way)
{
	const unsigned numbers[] = { way->sent, way->queued, way->failed, way->unknown };
	char texts[4][16];
	int at;

	for (at = 0; at < 4; at++)
		snprintf(texts[at], sizeof(texts[at]), "%u", numbers[at]);
	if (cli_has(way->cli, CLI_JSON))
		cli_json_line(json_pack("{s:i, s:i, s:i, s:i, s:b}", "sent", (int)way->sent, "queued", (int)way->queued, "failed",
		                        (int)way->failed, "unknown", (int)way->unknown, "changed",
		                        way->sent + way->failed + way->unknown > 0));
	else
		cli_write(stdout, way->cli->language, TEXT_MESSAGE_SUM, texts[0], texts[1], texts[2], texts[3], NULL);
}

enum cli_status cli_message(struct cli *cli)
{
	static struct messaging messaging;
	struct delivering *way = &messaging.way;
	bool delivers = cli_has(cli, CLI_DELIVER);
	enum cli_status status = CLI_DONE;

	way->cli = cli;
	if (delivers ? cli->count > 0 || cli_has(cli, CLI_ALL) : cli->count == 0 && !cli_has(cli, CLI_ALL))
		return cli_fail(cli, CLI_USAGE, TEXT_MESSAGE_WHO, NULL);
	if (!delivers)
		status = take_text(&messaging);
	if (status == CLI_DONE && !delivers && (cli_has(cli, CLI_ALL) ? messaging.people > 0 : messaging.people == 0))
		return cli_fail(cli, CLI_USAGE, TEXT_MESSAGE_WHO, NULL);
	if (status == CLI_DONE)
		status = open_all(way);
	if (status != CLI_DONE)
		return status;
	way->run = delivers ? NULL : messaging.run;
	if (!delivers)
		spool_all(&messaging);
	if (way->status == CLI_DONE) {
		cli_deliver(way);
		sum_up(way);
	}
	cli_desk_log_count(cli, way->status, way->sent > 0 || messaging.put > 0, way->sent);
	tidy(way);
	lbr_messages_close(way->spool);
	cli_admin_close(&way->session);
	return way->status;
}
