/* From the files into the shared store. The files are closed and stay as they are, so each account can be read again. */
#include "migrate.h"

#include <string.h>

#include <liberations/token.h>

#include "progress.h"

static enum lbr_error look(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	(void)context, (void)view, (void)reason;
	*ret_parts = LBR_PART_NONE;
	return LBR_OK;
}

/* A commit that began before the files were closed has ended once this one has had its turn. */
static enum lbr_error read_settled(const struct migration *course, const char *name, struct lbr_view *view,
                                   struct lbr_reason *reason)
{
	enum lbr_error error;
	int round = 0;

	do {
		error = lbr_store_load_with_history(course->files, name, LBR_HISTORY_MAX, view, reason);
		if (error == LBR_OK)
			error = lbr_store_commit(view, look, NULL, reason);
		if (error != LBR_OK)
			lbr_view_release(view);
	} while (error == LBR_ERR_STALE && ++round < MIGRATE_ROUNDS_MAX);
	return error;
}

/* What an account loses there because it lost it here. */
struct losing {
	int64_t  step; /* codes up to this one */
	uint64_t set;  /* of recovery codes, */
	uint32_t used; /* and which of them */
	bool     disabled;
};

static enum lbr_error lose(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	const struct losing *losing = context;
	struct lbr_counters *counters = &view->counters;
	bool same_set = view->account.recovery_set == losing->set && counters->recovery_set == losing->set;
	uint32_t used = same_set ? losing->used & ~counters->recovery_used : 0;

	(void)reason;
	*ret_parts = LBR_PART_NONE;
	if (counters->last_step < losing->step || used != 0)
		*ret_parts |= LBR_PART_COUNTERS;
	if (counters->last_step < losing->step)
		counters->last_step = losing->step;
	counters->recovery_used |= used;
	if (losing->disabled && !view->account.disabled)
		*ret_parts |= LBR_PART_ACCOUNT;
	view->account.disabled |= losing->disabled;
	return LBR_OK;
}

/* The same account exists there: an earlier run moved it, or a host whose files were a copy of these. What was used here until
 * the files were closed is used there too. The plan has told whom it would disable, so this one was disabled here since. */
static enum lbr_error join(struct migration *course, const char *name, const struct lbr_view *here, struct lbr_reason *reason)
{
	struct losing losing = { .step = lbr_token_step(course->moving.since_s) + LBR_WINDOW_MAX, .set = here->account.recovery_set,
	                         .disabled = here->account.disabled };
	struct lbr_view there;
	enum lbr_error error;

	if (here->counters.last_step > losing.step)
		losing.step = here->counters.last_step;
	if (here->counters.recovery_set == losing.set)
		losing.used = here->counters.recovery_used;
	error = lbr_store_load(course->session.store, name, &there, reason);
	if (error == LBR_OK)
		error = lbr_store_commit(&there, lose, &losing, reason);
	lbr_view_release(&there);
	return error;
}

/* Made by somebody since the plan, or by this host in a run whose answer was lost. `here`: as it was read. */
static enum lbr_error meet(struct migration *course, const char *name, const struct lbr_view *here, bool *ret_same,
                           struct lbr_reason *reason)
{
	struct migrate_known known = { .name = "" };
	struct lbr_view there;
	enum lbr_error error = lbr_store_load(course->session.store, name, &there, reason);

	*ret_same = false;
	if (error == LBR_OK) {
		memcpy(known.name, name, strlen(name));
		memcpy(known.nonce, there.account.token.bytes, sizeof(known.nonce));
		known.recovery_set = there.account.recovery_set;
		*ret_same = cli_migrate_is_same(&known, &here->account);
		if (*ret_same)
			error = join(course, name, here, reason);
	}
	lbr_view_release(&there);
	return error == LBR_ERR_ABSENT ? LBR_OK : error;
}

static enum lbr_error send(struct migration *course, const char *name, struct lbr_view *view, bool *ret_already,
                           struct lbr_reason *reason)
{
	const struct migrate_known *known = cli_migrate_find(course, name);
	struct lbr_view here = *view;
	enum lbr_error error;

	*ret_already = known != NULL && cli_migrate_is_same(known, &view->account);
	if (*ret_already) {
		lbr_view_release(&here);
		return join(course, name, view, reason);
	}
	error = cli_migrate_make(course, view, reason);
	if (error == LBR_OK)
		error = cli_migrate_create(course->session.store, view, reason);
	if (error == LBR_ERR_EXISTS && meet(course, name, &here, ret_already, reason) == LBR_OK && *ret_already)
		error = LBR_OK;
	lbr_view_release(&here);
	return error;
}

static void move_one(struct migration *course, const char *name)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	bool already = false;
	enum lbr_error error = read_settled(course, name, &view, &reason);

	if (error == LBR_OK)
		error = send(course, name, &view, &already, &reason);
	if (error == LBR_OK)
		error = cli_migrate_dates_copy(course, name, &reason);
	lbr_view_release(&view);
	cli_migrate_settle(course, name, error, &reason, already);
}

/* All up to here are moved, so that none of them is made anew if another host removes it before this run's end. Written after each
 * account: what a kill leaves open is the one on its way. */
static void keep_place(struct migration *course, const char *name)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	if (course->sum.conflicts > 0)
		return;
	memcpy(course->moving.after, name, strlen(name) + 1);
	error = lbr_moving_rewrite(course->files, &course->moving, &reason);
	if (error != LBR_OK)
		cli_migrate_stop(course, NULL, error, &reason);
}

static int move(void *context, const char *name, const struct lbr_reason *reason)
{
	struct migration *course = context;

	(void)reason;
	if (name[0] == '\0')
		return 0;
	if (!course->passed) {
		course->passed = strcmp(name, course->moving.after) == 0;
		return 0;
	}
	if (lbr_names_have(course->local, name) || cli_migrate_skips(course, name))
		return 0;
	move_one(course, name);
	if (course->stopped == LBR_OK)
		keep_place(course, name);
	return course->stopped != LBR_OK;
}

void cli_migrate_there(struct migration *course)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	course->passed = course->moving.after[0] == '\0';
	error = lbr_store_list_names(course->files, move, course, &reason);
	cli_progress_clear();
	if (error == LBR_OK && course->stopped == LBR_OK && course->sum.conflicts == 0) {
		course->moving.phase = LBR_MOVING_DONE;
		error = lbr_moving_write(course->files, &course->moving, &reason);
	}
	if (error != LBR_OK && course->stopped == LBR_OK)
		cli_migrate_stop(course, NULL, error, &reason);
}
