/* A notice that is in the spool is taken out of where it waited. */
#include "deliver.h"

#include <string.h>

#include <liberations/store.h>

#define TRIES 3 /* the account may change between loading and committing */

struct clearing {
	enum lbr_notice_kind kind;
	int64_t              raised_s;
};

/* Another time is another event, which waits for its turn. */
static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	const struct clearing *clearing = context;
	struct lbr_raised raised = { .at_s = 0 };

	(void)reason;
	if (clearing->kind < LBR_RAISED_KINDS)
		raised = view->counters.raised[clearing->kind];
	*ret_parts = raised.at_s != 0 && raised.at_s == clearing->raised_s &&
	             lbr_notice_settle(&view->counters, clearing->kind, &raised) ? LBR_PART_COUNTERS : LBR_PART_NONE;
	return LBR_OK;
}

enum lbr_error cli_deliver_clear(struct delivering *delivering, const char *name, enum lbr_notice_kind kind, int64_t raised_s,
                                 struct lbr_reason *reason)
{
	struct clearing clearing = { kind, raised_s };
	enum lbr_error error = LBR_ERR_STALE;
	struct lbr_view view;
	int tries;

	for (tries = 0; tries < TRIES && error == LBR_ERR_STALE; tries++) {
		error = lbr_store_load(delivering->session.store, name, &view, reason);
		if (error == LBR_OK)
			error = lbr_store_commit(&view, edit, &clearing, reason);
		lbr_view_release(&view);
	}
	return error == LBR_ERR_ABSENT ? LBR_OK : error;
}

/* The date first: a crash between the two finds the same message again, and the same event. */
bool cli_deliver_settle(struct delivering *delivering, const struct lbr_message *message)
{
	struct lbr_notice notice = { .kind = message->kind, .password_set_s = message->password_set_s, .stage = message->stage };
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	memcpy(notice.name, message->name, sizeof(notice.name));
	error = lbr_notice_mark_sent(delivering->notices, &notice, delivering->now_s, &reason);
	if (error == LBR_OK && message->kind < LBR_RAISED_KINDS)
		error = cli_deliver_clear(delivering, message->name, message->kind, message->raised_s, &reason);
	if (error == LBR_OK)
		return true;
	cli_deliver_fault(delivering, message->name, error, &reason);
	/* What a later release wrote is this person's alone; with any other fault, the others would fare alike. */
	if (error == LBR_ERR_NEWER)
		return false;
	delivering->over = true;
	cli_fail(delivering->cli, CLI_FAULT, TEXT_MAIL_UNMARKED, message->name, lbr_notice_kind_name(message->kind), NULL);
	return false;
}
