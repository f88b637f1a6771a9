/* The messages of one run go into the spool before the first is handed over. */
#include "message.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include <liberations/random.h>
#include <liberations/store.h>

#include "desk_log.h"
#include "progress.h"

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
	struct lbr_message message = { .state = LBR_MESSAGE_WAITING, .kind = LBR_NOTICE_KINDS };
	enum lbr_error error;

	if (account->contact[0] == '\0') {
		cli_message_tell_no_contact(messaging, account->name);
		return;
	}
	snprintf(message.id, sizeof(message.id), "%.27s.%08u", messaging->run, messaging->put % 100000000);
	memcpy(message.name, account->name, sizeof(message.name));
	memcpy(message.text, messaging->text, sizeof(message.text));
	error = lbr_message_put(way->spool, &message, &reason);
	if (error == LBR_OK)
		messaging->put++;
	else
		cli_deliver_fault(way, account->name, error, &reason);
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
		if (error != LBR_OK) {
			way->status = cli_admin_fail(way->cli, name, error, &reason);
			cli_desk_log(way->cli, name, way->status);
		} else if (way->status == CLI_DONE) {
			put(messaging, &view.account);
		}
		lbr_view_release(&view);
		cli_progress_draw((size_t)at + 1, (size_t)messaging->people);
	}
	cli_progress_clear();
}

/* Nothing counts before everything is in the spool: what fails or is killed in between has sent nothing. */
void cli_message_spool(struct messaging *messaging)
{
	struct delivering *way = &messaging->way;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = LBR_OK;

	if (!name_run(messaging->run))
		way->status = CLI_FAULT;
	else if (messaging->everybody)
		error = lbr_store_list(way->session.store, put_listed, messaging, &reason);
	else
		put_named(messaging);
	if (error == LBR_OK && way->status == CLI_DONE && messaging->put > 0)
		error = lbr_messages_release(way->spool, messaging->run, &reason);
	if (error != LBR_OK)
		cli_deliver_fault(way, NULL, error, &reason);
}
