/* One account on its way: what both directions share. */
#include "migrate.h"

#include <string.h>

#include <liberations/token.h>

#include "desk_log.h"
#include "progress.h"

int64_t cli_migrate_least_step(const struct migration *course)
{
	const int64_t here_s = cli_now_s(), there_s = lbr_store_now_s(course->session.store);

	return lbr_token_step(here_s > there_s ? here_s : there_s) + LBR_WINDOW_MAX;
}

enum lbr_error cli_migrate_make(const struct migration *course, struct lbr_view *view, struct lbr_reason *reason)
{
	const struct lbr_keyring *keyring = course->session.keyring;
	const int64_t least = cli_migrate_least_step(course);
	struct lbr_account *account = &view->account;
	enum lbr_error error = LBR_OK;

	if (strcmp(account->token.key_id, lbr_keyring_id(keyring)) != 0)
		error = lbr_token_reseal(keyring, lbr_account_keyed_name(account), &account->token);
	if (error != LBR_OK)
		return lbr_fail(reason, error, LBR_WHY(TOKEN_NOT_RESEALED), account->token.key_id);
	memset(account->new_name, 0, sizeof(account->new_name));
	memset(account->former_name, 0, sizeof(account->former_name));
	if (view->counters.last_step < least)
		view->counters.last_step = least;
	return LBR_OK;
}

enum lbr_error cli_migrate_create(struct lbr_store *target, const struct lbr_view *view, struct lbr_reason *reason)
{
	const struct lbr_record record = { .account = &view->account, .counters = &view->counters,
	                                   .history = view->history.count > 0 ? &view->history : NULL };

	return lbr_store_create(target, &record, reason);
}

static void tell_moved(struct migration *course, const char *name, bool already)
{
	if (already)
		course->sum.there++;
	else
		course->sum.moved++;
	cli_desk_log_change(course->cli, name, CLI_DONE, !already);
	course->done++;
	if (course->done % 16 == 0 || course->done == course->sum.accounts)
		cli_progress_draw(course->done < course->sum.accounts ? course->done : course->sum.accounts, course->sum.accounts);
}

void cli_migrate_stop(struct migration *course, const char *name, enum lbr_error error, const struct lbr_reason *reason)
{
	cli_progress_clear();
	course->stopped = error;
	(void)cli_fail_reason(course->cli, name, error, reason);
}

void cli_migrate_settle(struct migration *course, const char *name, enum lbr_error error, const struct lbr_reason *reason,
                        bool already)
{
	if (error == LBR_ERR_EXISTS) {
		cli_progress_clear();
		(void)cli_fail_reason(course->cli, name, error, reason);
		cli_migrate_say_conflict(course, name, name);
	} else if (error != LBR_OK && error != LBR_ERR_ABSENT) {
		cli_migrate_stop(course, name, error, reason);
	} else if (error == LBR_OK) {
		tell_moved(course, name, already);
	}
}
