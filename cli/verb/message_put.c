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

#define AHEAD_MAX_S (3650U * 86400) /* ten years: more is a typing error */

/* No module of the name service runs while the key is in memory, and there are too many accounts to ask about first. */
#define LOOKED_UP (1U << STANDING_OTHER_UID | 1U << STANDING_NO_USER)

static enum lbr_error name_run(char ret[LBR_RUN_MAX], struct lbr_reason *reason)
{
	unsigned char bytes[8];
	char hex[2 * sizeof(bytes) + 1];
	enum lbr_error error = lbr_random(bytes, sizeof(bytes));

	if (error != LBR_OK)
		return lbr_fail(reason, error, LBR_WHY(NO_RANDOMNESS));
	sodium_bin2hex(hex, sizeof(hex), bytes, sizeof(bytes));
	snprintf(ret, LBR_RUN_MAX, "%010" PRIu32 "-%s", (uint32_t)cli_now_s(), hex);
	return LBR_OK;
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

enum cli_status cli_message_choose(struct messaging *messaging)
{
	const struct cli *cli = messaging->way.cli;
	enum cli_status status = CLI_DONE;
	unsigned ahead_s = 0;

	if (cli_has(cli, CLI_STATE))
		status = cli_states_read(cli, cli->state, &messaging->states);
	if (status == CLI_DONE && (messaging->states & LOOKED_UP) != 0)
		status = cli_fail(cli, CLI_USAGE, TEXT_MESSAGE_STATE, NULL);
	if (status == CLI_DONE && cli_has(cli, CLI_EXPIRING))
		status = cli_duration_read(cli, "--expiring", cli->expiring, 0, AHEAD_MAX_S, &ahead_s);
	messaging->ahead_s = ahead_s;
	return status;
}

bool cli_message_text_is_name(const struct messaging *messaging)
{
	const struct delivering *way = &messaging->way;
	struct lbr_view view;
	bool is_name = messaging->everybody && way->cli->count == 1 &&
	               lbr_store_load(way->session.store, way->cli->words[0], &view, NULL) == LBR_OK;

	if (is_name)
		lbr_view_release(&view);
	return is_name;
}

static bool is_chosen(const struct messaging *messaging, const struct lbr_account *account, const struct lbr_counters *counters)
{
	const struct delivering *way = &messaging->way;
	const int64_t now_s = cli_now_s();
	struct standing standing = cli_standing(account, counters, &way->session.settings, now_s);

	return (messaging->states == 0 || cli_states_match(messaging->states, &standing)) &&
	       (!cli_has(way->cli, CLI_EXPIRING) || standing.end_s <= now_s + messaging->ahead_s) &&
	       (!cli_has(way->cli, CLI_NEVER) || counters->last_sign_in_s == 0);
}

static int put_listed(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                      const struct lbr_reason *reason)
{
	struct messaging *messaging = context;

	if (account == NULL || counters == NULL) {
		cli_fail_reason(messaging->way.cli, name, LBR_ERR_DAMAGED, reason);
		messaging->missed = true;
	} else if (is_chosen(messaging, account, counters)) {
		put(messaging, account);
	}
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
	enum lbr_error error = name_run(messaging->run, &reason);

	if (error == LBR_OK && messaging->everybody)
		error = lbr_store_list(way->session.store, put_listed, messaging, &reason);
	else if (error == LBR_OK)
		put_named(messaging);
	if (error == LBR_OK && way->status == CLI_DONE && messaging->put > 0)
		error = lbr_messages_release(way->spool, messaging->run, &reason);
	if (error != LBR_OK)
		cli_deliver_fault(way, NULL, error, &reason);
}
