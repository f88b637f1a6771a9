/* One message after the other. A message is marked before it is handed over: if this process dies then, perhaps it was sent, so it
 * is never sent again, and the next run says so. */
#include "deliver.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/contact.h>

#include "desk_log.h"
#include "json.h"
#include "mail.h"
#include "sendmail.h"

#define PAUSE_S 60
#define PAUSES_MAX 8 /* doubled so often: about four hours */
#define NO_DATA 65   /* sysexits.h: what no later try changes */
#define NO_USER 67
#define NO_HOST 68

static void keep_worst(struct delivering *delivering, enum cli_status status)
{
	if (status > delivering->status)
		delivering->status = status;
}

void cli_deliver_tell(const struct delivering *delivering, const char *name, const char *result, int64_t next_s)
{
	const struct cli *cli = delivering->cli;
	char when[CLI_TIME_MAX] = "";

	if (next_s > 0)
		cli_time_local(next_s, when);
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:s, s:o}", "user", name, "result", result, "next", cli_json_time(next_s)));
	else
		cli_write(stdout, cli->language, strcmp(result, "sent") == 0 ? TEXT_MESSAGE_SENT :
		          strcmp(result, "queued") == 0 ? TEXT_MESSAGE_QUEUED :
		          strcmp(result, "unknown") == 0 ? TEXT_MESSAGE_UNKNOWN :
		          strcmp(result, "no-contact") == 0 ? TEXT_MESSAGE_NO_CONTACT : TEXT_MESSAGE_FAILED, name, when, NULL);
}

static void fault(struct delivering *delivering, const char *name, enum lbr_error error, const struct lbr_reason *reason)
{
	cli_fail_reason(delivering->cli, name, error, reason);
	keep_worst(delivering, CLI_FAULT);
}

/* Takes it out of the spool for good. */
static void end(struct delivering *delivering, const struct lbr_message *message, const char *result, unsigned *counter)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_message_drop(delivering->spool, message->id, &reason);
	bool sent = counter == &delivering->sent;

	(*counter)++;
	cli_deliver_tell(delivering, message->name, result, 0);
	if (error != LBR_OK)
		fault(delivering, message->name, error, &reason);
	if (!sent) {
		keep_worst(delivering, CLI_FAULT);
		cli_desk_log(delivering->cli, message->name, CLI_FAULT);
	}
}

static bool find_way(struct delivering *delivering, const struct lbr_message *message, char to[LBR_ADDRESS_MAX])
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_contact contact = { .phone = "" };
	struct lbr_view view;
	bool found = lbr_store_load(delivering->session.store, message->name, &view, &reason) == LBR_OK &&
	             lbr_contact_read(view.account.contact, &contact);

	lbr_view_release(&view);
	return found && cli_carriers_way(&delivering->carriers, &contact, to);
}

static void wait_on(struct delivering *delivering, struct lbr_message *message)
{
	struct lbr_reason reason = { .text = "" };
	unsigned doubled = message->tries - 1 < PAUSES_MAX ? message->tries - 1 : PAUSES_MAX;
	enum lbr_error error;

	if (delivering->now_s - message->first_s >= CLI_GIVE_UP_S) {
		end(delivering, message, "failed", &delivering->failed);
		return;
	}
	message->trying = false;
	message->next_s = delivering->now_s + ((int64_t)PAUSE_S << doubled);
	error = lbr_message_put(delivering->spool, message, &reason);
	if (error != LBR_OK)
		fault(delivering, message->name, error, &reason);
	delivering->queued++;
	cli_deliver_tell(delivering, message->name, "queued", message->next_s);
}

static void hand_over(struct delivering *delivering, struct lbr_message *message, const char *to)
{
	enum cli_mailed mailed = CLI_MAIL_NOT_STARTED;
	int number = ENOMEM;
	size_t len = 0;
	char *mail = cli_mail_compose(&delivering->session.settings, to, message->text, false, delivering->now_s, &len);

	(void)cli_flush();
	if (mail != NULL)
		mailed = cli_sendmail(&delivering->session.settings, to, mail, len, &number);
	free(mail);
	if (mailed == CLI_MAIL_TAKEN)
		end(delivering, message, "sent", &delivering->sent);
	else if (mailed == CLI_MAIL_STATUS && (number == NO_DATA || number == NO_USER || number == NO_HOST))
		end(delivering, message, "failed", &delivering->failed);
	else
		wait_on(delivering, message);
}

static void try_one(struct delivering *delivering, struct lbr_message *message)
{
	struct lbr_reason reason = { .text = "" };
	char to[LBR_ADDRESS_MAX];
	enum lbr_error error;

	if (!find_way(delivering, message, to)) {
		end(delivering, message, "failed", &delivering->failed);
		return;
	}
	message->trying = true;
	message->tries++;
	message->first_s = message->first_s > 0 ? message->first_s : delivering->now_s;
	error = lbr_message_put(delivering->spool, message, &reason);
	if (error == LBR_OK)
		hand_over(delivering, message, to);
	else
		fault(delivering, message->name, error, &reason);
}

static void judge(struct delivering *delivering, const char *id)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_message message;
	enum lbr_error error = lbr_message_read(delivering->spool, id, &message, &reason);

	if (error != LBR_OK)
		fault(delivering, NULL, error, &reason);
	else if (message.trying)
		end(delivering, &message, "unknown", &delivering->unknown);
	else if (message.next_s <= delivering->now_s)
		try_one(delivering, &message);
	else
		delivering->queued++;
}

void cli_deliver(struct delivering *delivering)
{
	char (*ids)[LBR_MESSAGE_ID_MAX] = NULL;
	struct lbr_reason reason = { .text = "" };
	size_t count = 0, at;
	enum lbr_error error = lbr_messages_list(delivering->spool, &ids, &count, &reason);

	if (error != LBR_OK)
		fault(delivering, NULL, error, &reason);
	for (at = 0; at < count; at++) {
		if (delivering->run != NULL && strncmp(ids[at], delivering->run, strlen(delivering->run)) != 0)
			continue;
		delivering->now_s = cli_now_s();
		judge(delivering, ids[at]);
	}
	free(ids);
}
