/* A notice that is in the spool is taken out of where it waited. */
#include "deliver.h"

#include <string.h>

#include <liberations/store.h>

#define TRIES 3 /* the account may change between loading and committing */

struct clearing {
	enum lbr_notice_kind kind;
	int64_t              raised_s;
	bool                 cleared;
};

/* Another time is another event, which waits for its turn. */
static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	struct clearing *clearing = context;
	struct lbr_raised raised = { .at_s = 0 };

	(void)reason;
	if (clearing->kind < LBR_RAISED_KINDS)
		raised = view->counters.raised[clearing->kind];
	clearing->cleared = raised.at_s != 0 && raised.at_s == clearing->raised_s &&
	                    lbr_notice_settle(&view->counters, clearing->kind, &raised);
	*ret_parts = clearing->cleared ? LBR_PART_COUNTERS : LBR_PART_NONE;
	return LBR_OK;
}

enum lbr_error cli_deliver_clear(struct delivering *delivering, const char *name, enum lbr_notice_kind kind, int64_t raised_s,
                                 bool *ret_cleared, struct lbr_reason *reason)
{
	struct clearing clearing = { kind, raised_s, false };
	enum lbr_error error = LBR_ERR_STALE;
	struct lbr_view view;
	int tries;

	for (tries = 0; tries < TRIES && error == LBR_ERR_STALE; tries++) {
		error = lbr_store_load(delivering->session.store, name, &view, reason);
		if (error == LBR_OK)
			error = lbr_store_commit(&view, edit, &clearing, reason);
		lbr_view_release(&view);
	}
	*ret_cleared = error == LBR_OK && clearing.cleared;
	return error == LBR_ERR_ABSENT ? LBR_OK : error;
}

/* Whether the mark tells of this one already. */
static bool is_marked(const struct delivering *delivering, const struct lbr_message *message)
{
	struct lbr_notice kept;

	return message->kind == LBR_NOTICE_PASSWORD_EXPIRES &&
	       lbr_notice_read(delivering->notices, message->name, message->kind, &kept, NULL) == LBR_OK &&
	       kept.password_set_s == message->password_set_s && kept.stage >= message->stage;
}

/* The date first: a crash between the two finds the same message again, and the same event. */
static enum lbr_error mark(struct delivering *delivering, const struct lbr_message *message, bool *ret_cleared,
                           struct lbr_reason *reason)
{
	struct lbr_notice notice = { .kind = message->kind, .password_set_s = message->password_set_s, .stage = message->stage };
	enum lbr_error error;

	memcpy(notice.name, message->name, sizeof(notice.name));
	*ret_cleared = true;
	error = lbr_notice_mark_sent(delivering->notices, &notice, delivering->now_s, reason);
	if (error == LBR_OK && message->kind < LBR_RAISED_KINDS)
		error = cli_deliver_clear(delivering, message->name, message->kind, message->raised_s, ret_cleared, reason);
	return error;
}

/* What many hosts can send is settled by one that has the turn and finds it unsettled; a later one finds it gone. */
enum delivered_as cli_deliver_settle(struct delivering *delivering, const struct lbr_message *message)
{
	bool shared = lbr_notices_are_shared(delivering->notices, message->name), cleared;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	if (shared && !cli_deliver_take_lease(delivering))
		return DELIVERED_QUEUED;
	if (shared && is_marked(delivering, message))
		return DELIVERED_UNKNOWN;
	error = mark(delivering, message, &cleared, &reason);
	if (error == LBR_OK)
		return cleared || !shared ? DELIVERED_SENT : DELIVERED_UNKNOWN;
	if (shared && error == LBR_ERR_ABSENT)
		return DELIVERED_SENT; /* the account is gone, and so is its address */
	cli_deliver_fault(delivering, message->name, error, &reason);
	/* What a later release wrote is this person's alone; with any other fault, the others would fare alike. */
	if (error == LBR_ERR_NEWER)
		return DELIVERED_QUEUED;
	delivering->over = true;
	cli_fail(delivering->cli, CLI_FAULT, TEXT_MAIL_UNMARKED, message->name, lbr_notice_kind_name(message->kind), NULL);
	return DELIVERED_QUEUED;
}
