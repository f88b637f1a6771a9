/* Every account that is to go, read whole before anything changes. */
#include "migrate.h"

#include <string.h>

#include "progress.h"

static void tell_fault(struct migration *course, const char *name, enum lbr_error error, const struct lbr_reason *reason)
{
	cli_progress_clear();
	(void)cli_fail_reason(course->cli, name, error, reason);
	cli_migrate_say_one(course, name, "fault");
	course->sum.faults++;
}

static void tell_conflict(struct migration *course, const char *name, const struct migrate_known *known, bool same)
{
	bool there = course->moving.to == LBR_STORE_POSTGRES;

	cli_progress_clear();
	if (same)
		(void)cli_fail(course->cli, CLI_NO, TEXT_MIGRATE_DISABLED, name, NULL);
	else if (strcmp(known->name, name) == 0)
		(void)cli_fail(course->cli, CLI_NO, there ? TEXT_MIGRATE_TWO : TEXT_MIGRATE_TWO_HERE, name, NULL);
	else
		(void)cli_fail(course->cli, CLI_NO, TEXT_MIGRATE_LOOKS, name, known->name, NULL);
	cli_migrate_say_conflict(course, name, same ? NULL : known->name);
}

static enum lbr_error judge_keys(const struct migration *course, const struct lbr_account *account, struct lbr_reason *reason)
{
	const struct lbr_keyring *keyring = course->session.keyring;
	unsigned char key[LBR_TOKEN_KEY_LEN];
	enum lbr_error error = lbr_token_unseal(keyring, lbr_account_keyed_name(account), &account->token, key);

	lbr_wipe(key, sizeof(key));
	if (error != LBR_OK)
		return lbr_fail(reason, error, LBR_WHY(TOKEN_NOT_RESEALED), account->token.key_id);
	if (account->recovery_count > 0 && strcmp(account->recovery_key, lbr_keyring_id(keyring)) != 0)
		cli_fail(course->cli, CLI_DONE, TEXT_MIGRATE_SHEET, account->name, account->recovery_key, NULL);
	return LBR_OK;
}

/* On the way back, the files are written anew. */
static bool enables(const struct migration *course, const struct migrate_known *known, const struct lbr_account *account)
{
	return course->moving.to == LBR_STORE_POSTGRES && account->disabled && !known->disabled;
}

static void judge_account(struct migration *course, const struct lbr_account *account)
{
	const struct migrate_known *known = cli_migrate_find(course, account->name);
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = judge_keys(course, account, &reason);
	bool same = known != NULL && cli_migrate_is_same(known, account);

	if (error != LBR_OK)
		tell_fault(course, account->name, error, &reason);
	else if (known != NULL && (!same || enables(course, known, account)))
		tell_conflict(course, account->name, known, same);
}

/* A run that goes on needs no history: an earlier one has read them all, before it closed the files. */
static void judge(struct migration *course, const char *name)
{
	const unsigned history_max = course->resumed ? 0 : LBR_HISTORY_MAX;
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	enum lbr_error error;

	error = lbr_store_load_with_history(cli_migrate_source(course), name, history_max, &view, &reason);
	if (error == LBR_ERR_UNREACHABLE)
		cli_migrate_stop(course, name, error, &reason);
	else if (error != LBR_OK && error != LBR_ERR_ABSENT) /* it may have been removed meanwhile */
		tell_fault(course, name, error, &reason);
	else if (error == LBR_OK)
		judge_account(course, &view.account);
	lbr_view_release(&view);
}

/* Local people stay on their host. Their names may be in the shared store too: of another host, and not to be taken from there. */
static bool stays(struct migration *course, const char *name)
{
	if (cli_migrate_skips(course, name)) {
		course->sum.skipped++;
		return true;
	}
	if (!lbr_names_have(course->local, name))
		return false;
	course->sum.local++;
	return true;
}

static int plan(void *context, const char *name, const struct lbr_reason *reason)
{
	struct migration *course = context;
	bool behind = course->moving.after[0] != '\0' && !course->passed;

	if (name[0] == '\0') {
		tell_fault(course, NULL, LBR_ERR_DAMAGED, reason);
		return 0;
	}
	if (behind) {
		course->passed = strcmp(name, course->moving.after) == 0;
		return 0;
	}
	if (stays(course, name))
		return 0;
	course->sum.accounts++;
	judge(course, name);
	return course->stopped != LBR_OK;
}

/* A run that goes on asks for pages: an earlier one has read every history. */
static int plan_again(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                      const struct lbr_reason *reason)
{
	struct migration *course = context;

	if (name[0] != '\0' && stays(course, name))
		return 0;
	course->sum.accounts++;
	if (account == NULL || counters == NULL)
		tell_fault(course, name[0] != '\0' ? name : NULL, LBR_ERR_DAMAGED, reason);
	else
		judge_account(course, account);
	return 0;
}

/* It stayed here by --skip or `local`, or was removed or renamed in the shared store since: only root can tell. */
static int plan_clearing(void *context, const char *name, const struct lbr_reason *reason)
{
	struct migration *course = context;

	(void)reason;
	if (name[0] == '\0' || cli_migrate_is_there(course, name) || stays(course, name) || cli_has(course->cli, CLI_YES))
		return 0;
	cli_progress_clear();
	(void)cli_fail(course->cli, CLI_FAULT, TEXT_MIGRATE_ONLY_HERE, name, NULL);
	cli_migrate_say_one(course, name, "fault");
	course->sum.faults++;
	return 0;
}

static enum lbr_error plan_all(struct migration *course, struct lbr_reason *reason)
{
	if (course->resumed && course->moving.to == LBR_STORE_FILE)
		return lbr_store_list(course->session.store, plan_again, course, reason);
	return lbr_store_list_names(cli_migrate_source(course), plan, course, reason);
}

void cli_migrate_plan(struct migration *course)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = plan_all(course, &reason);

	if (error == LBR_OK && course->stopped == LBR_OK && course->moving.phase == LBR_MOVING_CLEARING)
		error = lbr_store_list_names(course->files, plan_clearing, course, &reason);
	if (error != LBR_OK && course->stopped == LBR_OK)
		tell_fault(course, NULL, error, &reason);
	/* The files do not change while they are closed: a name that is gone was taken out by hand. */
	if (course->moving.after[0] != '\0' && !course->passed) {
		cli_fail(course->cli, CLI_FAULT, TEXT_MIGRATE_GONE, course->moving.after, NULL);
		course->sum.faults++;
	}
	course->passed = false;
	cli_progress_clear();
}
