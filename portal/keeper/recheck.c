/* Asks about the accounts, and tells those who wait. */
#include "recheck.h"

#include <liberations/secret.h>

#include "keeper_log.h"
#include "recheck_ask.h"
#include "session_log.h"
#include "tell_gate.h"
#include "tell_page.h"
#include "waiting_visit.h"

#define FULL_PAUSE_MS 20 /* the agent's queue is full */

static void tell_visit(struct lbr_keeper *keeper, struct lbr_visit *visit, enum lbr_status status)
{
	struct lbr_page_tell tell = { .kind = LBR_TELL_FAULT };

	lbr_tell_dress(keeper, visit->route.site, visit->route.language, &tell);
	visit->rechecked = status == LBR_STATUS_ALLOW;
	if (status == LBR_STATUS_ALLOW || status == LBR_STATUS_DENY)
		lbr_visit_go_on(keeper, visit);
	else if (visit->form != LBR_FORM_NONE)
		lbr_tell_form(keeper, visit->form, &tell);
	else
		lbr_tell_page(keeper, visit->page, visit->serial, &tell);
	lbr_waiting_visit_give_back(visit);
}

/* Its session may have ended while it waited: somebody signed out. */
static bool still_lives(const struct lbr_keeper *keeper, const struct lbr_recheck_waiter *waiter)
{
	const struct lbr_session_live *live = &keeper->table.table.live[waiter->index];

	return live->taken && live->hash == waiter->hash;
}

static void tell(struct lbr_keeper *keeper, const struct lbr_recheck_waiter *waiter, enum lbr_status status)
{
	if (status == LBR_STATUS_ALLOW && !still_lives(keeper, waiter))
		status = LBR_STATUS_DENY;
	if (waiter->visit != NULL)
		tell_visit(keeper, waiter->visit, status);
	else if (status == LBR_STATUS_ALLOW)
		lbr_tell_gate_yes(keeper, waiter->serial, waiter->user);
	else if (status == LBR_STATUS_DENY)
		lbr_tell_gate_no(keeper, waiter->serial, waiter->site);
	else
		lbr_tell_gate(keeper, waiter->serial, LBR_GATE_TROUBLE);
}

static void tell_all_of_trouble(struct lbr_keeper *keeper)
{
	struct lbr_recheck_waiter waiter;

	keeper->recheck.again = false;
	lbr_keeper_log_agent_lost("it does not say whether accounts stand as they did");
	while (keeper->recheck.count > 0) {
		lbr_recheck_take_out(&keeper->recheck, 0, &waiter);
		tell(keeper, &waiter, LBR_STATUS_UNAVAILABLE);
	}
}

struct judged {
	struct lbr_keeper            *keeper;
	struct lbr_standing_question  question;
	enum lbr_status               status;
};

/* A session of that account which began in another standing is not concerned. */
static bool judge_session(void *context, uint32_t index, const struct lbr_web_session *session)
{
	struct judged *judged = context;
	struct lbr_session_table *table = &judged->keeper->table.table;

	if (!lbr_bytes_equal(session->standing, judged->question.standing, LBR_STANDING_LEN))
		return true;
	if (judged->status == LBR_STATUS_ALLOW) {
		lbr_session_checked(table, index, judged->question.asked_ms);
		return true;
	}
	lbr_log_session(judged->keeper, "session ended by the state of the account", session);
	lbr_session_end(table, index);
	return true;
}

/* A no is for ever. */
static bool is_concerned(const struct judged *judged, const struct lbr_recheck_waiter *waiter)
{
	if (judged->status == LBR_STATUS_DENY)
		return lbr_recheck_is_about(waiter, &judged->question);
	return lbr_recheck_is_meant(judged->keeper, waiter, &judged->question);
}

static void tell_concerned(struct judged *judged)
{
	struct lbr_recheck *recheck = &judged->keeper->recheck;
	struct lbr_recheck_waiter waiter;
	unsigned at = 0, left = recheck->count;

	for (; left > 0; left--) {
		if (is_concerned(judged, &recheck->waiters[at])) {
			lbr_recheck_take_out(recheck, at, &waiter);
			tell(judged->keeper, &waiter, judged->status);
		} else {
			at++;
		}
	}
}

static void take_reply(struct judged *judged)
{
	struct lbr_keeper *keeper = judged->keeper;

	keeper->recheck.again = false;
	lbr_keeper_log_agent_back();
	if (judged->status == LBR_STATUS_ALLOW || judged->status == LBR_STATUS_DENY)
		lbr_session_list(&keeper->table.table, keeper->now_s, judged->question.user, judge_session, judged);
	keeper->table.unsynced |= judged->status == LBR_STATUS_DENY;
	tell_concerned(judged);
}

/* The questions under way are lost. They are asked once more, over another connection. */
static void lose_questions(struct lbr_keeper *keeper)
{
	if (keeper->recheck.again) {
		tell_all_of_trouble(keeper);
		return;
	}
	keeper->recheck.again = true;
	lbr_recheck_forget_questions(&keeper->recheck);
}

/* The greeting is noted before the page that waits for the first reply is written, and whether or not that reply came with it. */
static enum lbr_error hear_one(struct judged *judged)
{
	struct lbr_standing_line *line = &judged->keeper->recheck.line;
	bool greeted = line->steps.greeted;
	enum lbr_error error = lbr_standing_line_hear(line, judged->keeper->now_ms, &judged->question, &judged->status);

	if (!greeted && line->steps.greeted)
		judged->keeper->rules = line->steps.rules;
	return error;
}

static void hear(struct lbr_keeper *keeper)
{
	const struct lbr_standing_line *line = &keeper->recheck.line;
	struct judged judged = { .keeper = keeper };
	unsigned asked = line->count;
	enum lbr_error error;

	while ((error = hear_one(&judged)) == LBR_OK) {
		take_reply(&judged);
		asked = line->count;
	}
	if (error != LBR_ERR_BUSY && asked > 0)
		lose_questions(keeper);
}

static void ask(struct lbr_keeper *keeper)
{
	struct lbr_recheck *recheck = &keeper->recheck;
	enum lbr_error error = LBR_OK;
	unsigned at;

	if (recheck->count > 0 && keeper->now_ms - recheck->waiters[0].since_ms >= LBR_STANDING_WAIT_MS)
		error = LBR_ERR_ABSENT;
	for (at = 0; at < recheck->count && error == LBR_OK; at++)
		error = lbr_recheck_ask_about(keeper, &recheck->waiters[at]);
	if (error != LBR_OK && error != LBR_ERR_BUSY)
		tell_all_of_trouble(keeper);
}

void lbr_recheck_turn(struct lbr_keeper *keeper)
{
	if (keeper->recheck.line.steps.fd >= 0)
		hear(keeper);
	ask(keeper);
}

int lbr_recheck_pause_ms(const struct lbr_keeper *keeper, int most_ms)
{
	return keeper->recheck.count > 0 && keeper->recheck.line.count == 0 && most_ms > FULL_PAUSE_MS ? FULL_PAUSE_MS : most_ms;
}
