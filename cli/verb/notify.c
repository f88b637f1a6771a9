/* `notify`: goes through the spool, then through the accounts and their counters. A timer runs it once a day; it is harmless at any
 * time. */
#include "notify.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <liberations/notices.h>

#include "carriers_load.h"
#include "desk_log.h"
#include "reason.h"

static void fault(struct notifying *run, const char *name, enum lbr_error error, const struct lbr_reason *reason)
{
	cli_deliver_fault(&run->way, name, error, reason);
}

static void drop(struct notifying *run, const char *name, enum lbr_notice_kind kind)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = LBR_OK;

	if (!cli_has(run->cli, CLI_DRY_RUN))
		error = lbr_notices_drop(run->way.notices, name, kind, &reason);
	if (error != LBR_OK)
		fault(run, name, error, &reason);
}

/* A mark about a password that is no longer current has done its work. */
static bool is_past(const struct lbr_notice *notice, const struct lbr_account *account, int64_t now_s)
{
	if (notice->kind == LBR_NOTICE_PASSWORD_EXPIRES)
		return notice->password_set_s != account->password_set_s;
	return lbr_notice_is_spent(notice, now_s);
}

/* Only an earlier release leaves a notice in a file, with a remote host that may be a name. */
static void put_old(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice)
{
	struct lbr_counters cleaned = { .last_step = 0 };
	struct lbr_notice clean = *notice;

	lbr_notice_raise(&cleaned, LBR_NOTICE_LOCKED, notice->raised_s, notice->service, notice->rhost);
	snprintf(clean.rhost, sizeof(clean.rhost), "%s", cleaned.raised[LBR_NOTICE_LOCKED].address);
	cli_notify_put(run, account, &clean, NULL);
}

static void judge(struct notifying *run, const struct lbr_notice *notice)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(run->way.session.store, notice->name, &view, &reason);

	if (error == LBR_ERR_ABSENT)
		drop(run, notice->name, notice->kind);
	else if (error != LBR_OK)
		fault(run, notice->name, error, &reason);
	else if (is_past(notice, &view.account, run->now_s))
		drop(run, notice->name, notice->kind);
	else if (lbr_notice_is_due(notice, run->now_s))
		put_old(run, &view.account, notice);
	lbr_view_release(&view);
}

static int judge_file(void *context, const char *name, enum lbr_notice_kind kind, const struct lbr_notice *notice,
                      enum lbr_error error, const struct lbr_reason *reason)
{
	struct notifying *run = context;

	if (run->elsewhere && name[0] != '\0' && lbr_notices_are_shared(run->way.notices, name))
		return 0;
	if (notice != NULL) {
		judge(run, notice);
		return 0;
	}
	fault(run, name[0] != '\0' ? name : NULL, error, reason);
	if (error == LBR_ERR_NEWER)
		return 0;
	run->damaged++;
	if (name[0] != '\0')
		drop(run, name, kind);
	return 0;
}

/* What waits in the counters, then the age of the password. `list` and the sign-in report what cannot be read. */
static int judge_account(void *context, const char *name, const struct lbr_account *account,
                         const struct lbr_counters *counters, const struct lbr_reason *reason)
{
	struct lbr_reason own_reason = { .text = "" };
	struct notifying *run = context;
	struct lbr_notice notice;
	enum lbr_error error;

	if (run->elsewhere && lbr_notices_are_shared(run->way.notices, name))
		return 0;
	if (account == NULL || counters == NULL)
		fault(run, name, LBR_ERR_DAMAGED, reason);
	if (account == NULL)
		return 0;
	if (counters != NULL)
		cli_notify_raised(run, account, counters);
	error = lbr_notices_find_expiry(run->way.notices, account, &run->way.session.settings, run->now_s, &notice, &own_reason);
	if (error != LBR_OK)
		fault(run, name, error, &own_reason);
	else if (lbr_notice_is_due(&notice, run->now_s))
		cli_notify_put(run, account, &notice, NULL);
	return 0;
}

/* Said first, and once: without a mail system the rest of the output is about nothing else. */
static void look_for_mail(struct notifying *run)
{
	const char *program = run->way.session.settings.sendmail;

	run->no_mail = access(program, X_OK) != 0;
	if (run->no_mail)
		cli_fail(run->cli, CLI_FAULT, TEXT_NO_MAIL, program, cli_errno(run->cli->language, errno), NULL);
}

/* Looking is always allowed. */
static enum cli_status open_spool(struct notifying *run)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	if (!cli_has(run->cli, CLI_DRY_RUN))
		return cli_delivering_open_spool(&run->way);
	error = lbr_notices_make(run->way.session.settings.state, &reason);
	if (error == LBR_OK)
		error = lbr_notices_open(run->way.session.settings.state, run->way.session.keyring, &run->way.notices, &reason);
	if (error == LBR_OK)
		lbr_notices_share(run->way.notices, run->way.session.store);
	return error == LBR_OK ? CLI_DONE : cli_fail_reason(run->cli, NULL, error, &reason);
}

/* One host sends what is due to those whose accounts many hosts share. */
static void take_turn(struct notifying *run)
{
	if (cli_has(run->cli, CLI_DRY_RUN) || run->way.session.settings.store == LBR_STORE_FILE)
		return;
	run->elsewhere = !cli_deliver_take_lease(&run->way);
	if (run->way.lease.holder[0] != '\0' && !cli_has(run->cli, CLI_JSON))
		cli_write(stdout, run->cli->language, TEXT_NOTIFY_ELSEWHERE, run->way.lease.holder, NULL);
}

/* Everything that is due goes into the spool first; what waits there from before is tried too, whatever its pause. */
static void run_all(struct notifying *run)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	take_turn(run);
	error = lbr_notices_list(run->way.notices, judge_file, run, &reason);

	if (error != LBR_OK)
		fault(run, NULL, error, &reason);
	error = lbr_store_list(run->way.session.store, judge_account, run, &reason);
	if (error != LBR_OK)
		fault(run, NULL, error, &reason);
	if (!cli_has(run->cli, CLI_DRY_RUN))
		cli_deliver(&run->way);
	cli_deliver_give_lease(&run->way);
	cli_notify_sum_up(run);
}

enum cli_status cli_notify(struct cli *cli)
{
	static struct notifying run;
	enum cli_status status;

	run = (struct notifying){ .cli = cli,
	                          .way = { .cli = cli, .run = LBR_NOTICE_RUNS, .hurry = true, .tell = cli_notify_tell,
	                                   .context = &run } };
	status = cli_carriers_load(cli, &run.way.carriers);
	if (status == CLI_DONE)
		status = cli_admin_open(cli, &run.way.session);
	if (status != CLI_DONE)
		return status;
	run.now_s = cli_now_s();
	look_for_mail(&run);
	status = open_spool(&run);
	if (status == CLI_DONE) {
		run_all(&run);
		status = run.way.status;
		cli_desk_log_count(cli, status, cli_notify_has_changed(&run), run.way.sent);
	}
	cli_delivering_close(&run.way);
	return status;
}
