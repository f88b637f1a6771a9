/* One message after the other. A message is marked before it is handed over: if this process dies then, perhaps it was sent, so it
 * is never sent again, and the next run says so. */
#include "deliver.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk_log.h"

#define DAY_S 86400
#define PAUSE_S 60
#define PAUSES_MAX 8 /* doubled so often: about four hours */
#define HUNG_MAX 3   /* a hang may concern one address, which must not silence the others */
#define NO_DATA 65   /* sysexits.h: what no later try changes */
#define NO_USER 67
#define NO_HOST 68

static void keep_worst(struct delivering *delivering, enum cli_status status)
{
	if (status > delivering->status)
		delivering->status = status;
}

void cli_deliver_fault(struct delivering *delivering, const char *name, enum lbr_error error, const struct lbr_reason *reason)
{
	cli_fail_reason(delivering->cli, name, error, reason);
	keep_worst(delivering, CLI_FAULT);
}

/* Counts what became of a message, and tells it. */
static void tell(struct delivering *delivering, const struct delivered *delivered)
{
	unsigned *const counters[] = { [DELIVERED_SENT] = &delivering->sent, [DELIVERED_QUEUED] = &delivering->queued,
	                               [DELIVERED_FAILED] = &delivering->failed, [DELIVERED_UNKNOWN] = &delivering->unknown };

	(*counters[delivered->as])++;
	delivering->tell(delivering->context, delivered);
}

/* Takes it out of the spool for good. */
static void end(struct delivering *delivering, const struct delivered *delivered)
{
	const struct lbr_message *message = delivered->message;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_message_drop(delivering->spool, message->id, &reason);

	tell(delivering, delivered);
	if (error != LBR_OK)
		cli_deliver_fault(delivering, message->name, error, &reason);
	if (delivered->as == DELIVERED_SENT)
		return;
	keep_worst(delivering, CLI_FAULT);
	cli_desk_log(delivering->cli, message->name, CLI_FAULT);
}

/* LBR_ERR_ABSENT: its person was removed or got another name meanwhile. Who has the name by now gets nothing of it. */
static enum lbr_error store(struct delivering *delivering, const struct lbr_message *message)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_message_rewrite(delivering->spool, message, &reason);

	if (error != LBR_OK && error != LBR_ERR_ABSENT)
		cli_deliver_fault(delivering, message->name, error, &reason);
	return error;
}

/* Leaves it in the spool until `delivered->next_s`, if it still is there. */
static void let_wait(struct delivering *delivering, struct lbr_message *message, struct delivered *delivered)
{
	message->next_s = delivered->next_s;
	if (store(delivering, message) == LBR_ERR_ABSENT) {
		delivered->as = DELIVERED_FAILED;
		end(delivering, delivered);
		return;
	}
	delivered->as = DELIVERED_QUEUED;
	tell(delivering, delivered);
}

static void wait_on(struct delivering *delivering, struct lbr_message *message, struct delivered *delivered)
{
	unsigned doubled = message->tries - 1 < PAUSES_MAX ? message->tries - 1 : PAUSES_MAX;

	delivering->hung += delivered->mailed == CLI_MAIL_HUNG;
	/* A missing program fails for everyone. */
	delivering->over = delivering->hung >= HUNG_MAX || delivered->mailed == CLI_MAIL_NOT_STARTED;
	delivered->as = DELIVERED_FAILED;
	if (delivering->now_s - message->first_s >= CLI_GIVE_UP_S) {
		end(delivering, delivered);
		return;
	}
	message->state = LBR_MESSAGE_WAITING;
	delivered->next_s = delivering->now_s + ((int64_t)PAUSE_S << doubled);
	let_wait(delivering, message, delivered);
}

static void hand_over(struct delivering *delivering, struct lbr_message *message, const struct message_way *way)
{
	struct delivered delivered = { .message = message };
	int number;

	cli_deliver_send(delivering, message, way, &delivered);
	number = delivered.mailed == CLI_MAIL_STATUS ? delivered.number : 0;
	delivered.as = delivered.mailed == CLI_MAIL_TAKEN ? DELIVERED_SENT : DELIVERED_FAILED;
	if (delivered.mailed == CLI_MAIL_TAKEN || number == NO_DATA || number == NO_USER || number == NO_HOST)
		end(delivering, &delivered);
	else
		wait_on(delivering, message, &delivered);
}

/* Everything but the age of a password is about security, and comes at most once a day of each kind. */
static bool is_about_security(const struct lbr_message *message)
{
	return message->kind < LBR_NOTICE_KINDS && message->kind != LBR_NOTICE_PASSWORD_EXPIRES;
}

/* Whether that person has had enough for today; the message then waits for tomorrow. */
static bool has_had_enough(struct delivering *delivering, struct lbr_message *message)
{
	int64_t day = delivering->now_s / DAY_S;
	struct lbr_reason reason = { .text = "" };
	struct delivered delivered = { .message = message, .next_s = (day + 1) * DAY_S };
	unsigned count;
	enum lbr_error error = lbr_messages_count(delivering->spool, message->name, day, &count, &reason);

	if (error != LBR_OK) {
		cli_deliver_fault(delivering, message->name, error, &reason);
		return true;
	}
	if (is_about_security(message) || count < delivering->session.settings.messages_a_day)
		return false;
	let_wait(delivering, message, &delivered);
	return true;
}

static void try_one(struct delivering *delivering, struct lbr_message *message)
{
	struct delivered delivered = { .message = message, .as = DELIVERED_FAILED };
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;
	struct message_way way;

	if (!cli_deliver_find_way(delivering, message, &way)) {
		end(delivering, &delivered);
		return;
	}
	if (has_had_enough(delivering, message))
		return;
	error = lbr_messages_note(delivering->spool, message->name, delivering->now_s / DAY_S, &reason);
	if (error != LBR_OK) {
		cli_deliver_fault(delivering, message->name, error, &reason);
		return;
	}
	message->state = LBR_MESSAGE_TRYING;
	message->tries++;
	message->first_s = message->first_s > 0 ? message->first_s : delivering->now_s;
	error = store(delivering, message);
	if (error == LBR_OK)
		hand_over(delivering, message, &way);
	else if (error == LBR_ERR_ABSENT)
		end(delivering, &delivered);
}

/* A notice that cannot be marked must not be sent: the next run would send it again. Nor is one that was marked elsewhere. */
static bool is_ready(struct delivering *delivering, struct lbr_message *message, struct delivered *delivered)
{
	if (message->state != LBR_MESSAGE_HELD)
		return true;
	delivered->as = cli_deliver_settle(delivering, message);
	if (delivered->as != DELIVERED_SENT)
		return false;
	message->state = LBR_MESSAGE_WAITING;
	return true;
}

/* The administrator who asked for a run hears about all of it. */
static void leave(struct delivering *delivering, const struct delivered *delivered)
{
	if (delivering->run != NULL)
		tell(delivering, delivered);
	else
		delivering->queued++;
}

/* What was edited, cut or moved is never sent. */
static void drop_damaged(struct delivering *delivering, const char *id, enum lbr_error error, const struct lbr_reason *reason)
{
	struct lbr_reason own = { .text = "" };

	cli_deliver_fault(delivering, NULL, error, reason);
	if (error == LBR_ERR_DAMAGED && lbr_message_drop(delivering->spool, id, &own) != LBR_OK)
		cli_deliver_fault(delivering, NULL, LBR_ERR_SYSTEM, &own);
}

static void judge(struct delivering *delivering, const char *id)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_message message;
	struct delivered delivered = { .message = &message, .as = DELIVERED_UNKNOWN };
	enum lbr_error error = lbr_message_read(delivering->spool, id, &message, &reason);

	if (error != LBR_OK) {
		drop_damaged(delivering, id, error, &reason);
	} else if (message.state == LBR_MESSAGE_TRYING) {
		end(delivering, &delivered);
	} else {
		delivered.as = DELIVERED_QUEUED;
		delivered.next_s = message.next_s;
		if (!delivering->over && (delivering->hurry || message.next_s <= delivering->now_s) &&
		    is_ready(delivering, &message, &delivered))
			try_one(delivering, &message);
		else if (delivered.as == DELIVERED_UNKNOWN)
			end(delivering, &delivered);
		else
			leave(delivering, &delivered);
	}
}

void cli_deliver(struct delivering *delivering)
{
	char (*ids)[LBR_MESSAGE_ID_MAX] = NULL;
	struct lbr_reason reason = { .text = "" };
	size_t count = 0, at;
	enum lbr_error error = lbr_messages_list(delivering->spool, &ids, &count, &reason);

	if (error != LBR_OK)
		cli_deliver_fault(delivering, NULL, error, &reason);
	for (at = 0; at < count; at++) {
		if (delivering->run != NULL && strncmp(ids[at], delivering->run, strlen(delivering->run)) != 0)
			continue;
		delivering->now_s = cli_now_s();
		judge(delivering, ids[at]);
	}
	free(ids);
}
