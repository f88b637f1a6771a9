/* The questions that those who wait for an account share. */
#include "recheck_ask.h"

#include <string.h>

#include <liberations/secret.h>

bool lbr_recheck_is_about(const struct lbr_recheck_waiter *waiter, const struct lbr_standing_question *question)
{
	return strcmp(waiter->user, question->user) == 0 &&
	       lbr_bytes_equal(waiter->standing, question->standing, LBR_STANDING_LEN);
}

bool lbr_recheck_is_meant(const struct lbr_keeper *keeper, const struct lbr_recheck_waiter *waiter,
                          const struct lbr_standing_question *question)
{
	return waiter->since_ms <= question->asked_ms + keeper->table.table.rules.recheck_ms &&
	       lbr_recheck_is_about(waiter, question);
}

void lbr_recheck_forget_questions(struct lbr_recheck *recheck)
{
	unsigned at;

	for (at = 0; at < recheck->count; at++)
		recheck->waiters[at].asked = false;
}

static bool is_asked_about(const struct lbr_keeper *keeper, const struct lbr_recheck_waiter *waiter)
{
	const struct lbr_standing_line *line = &keeper->recheck.line;
	unsigned at;

	for (at = 0; at < line->count; at++)
		if (lbr_recheck_is_meant(keeper, waiter, &line->questions[at]))
			return true;
	return false;
}

enum lbr_error lbr_recheck_ask_about(struct lbr_keeper *keeper, struct lbr_recheck_waiter *waiter)
{
	struct lbr_standing_line *line = &keeper->recheck.line;
	unsigned under_way = line->count;
	enum lbr_error error = LBR_OK;

	waiter->asked = waiter->asked || is_asked_about(keeper, waiter);
	if (waiter->asked)
		return LBR_OK;
	error = lbr_standing_line_ask(line, keeper->settings->agent, waiter->user, waiter->standing, keeper->now_ms);
	if (line->count < under_way + (error == LBR_OK)) /* it went over a new connection, and the others with the old one */
		lbr_recheck_forget_questions(&keeper->recheck);
	waiter->asked = error == LBR_OK;
	return error;
}
