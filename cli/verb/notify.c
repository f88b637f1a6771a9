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
#include "json.h"
#include "reason.h"

static void fault(struct notifying *run, const char *name, enum lbr_error error, const struct lbr_reason *reason)
{
	enum cli_status status = cli_fail_reason(run->cli, name, error, reason);

	run->status = status > run->status ? status : run->status;
}

static void drop(struct notifying *run, const char *name, enum lbr_notice_kind kind)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = LBR_OK;

	if (!cli_has(run->cli, CLI_DRY_RUN))
		error = lbr_notices_drop(run->notices, name, kind, &reason);
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
static void send_old(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice)
{
	struct lbr_counters cleaned = { .last_step = 0 };
	struct lbr_notice clean = *notice;

	lbr_notice_raise(&cleaned, LBR_NOTICE_LOCKED, notice->raised_s, notice->service, notice->rhost);
	snprintf(clean.rhost, sizeof(clean.rhost), "%s", cleaned.raised[LBR_NOTICE_LOCKED].address);
	cli_notify_send(run, account, &clean, NULL);
}

static void judge(struct notifying *run, const struct lbr_notice *notice)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(run->session.store, notice->name, &view, &reason);

	if (error == LBR_ERR_ABSENT)
		drop(run, notice->name, notice->kind);
	else if (error != LBR_OK)
		fault(run, notice->name, error, &reason);
	else if (is_past(notice, &view.account, run->now_s))
		drop(run, notice->name, notice->kind);
	else if (lbr_notice_is_due(notice, run->now_s))
		send_old(run, &view.account, notice);
	lbr_view_release(&view);
}

static int judge_file(void *context, const char *name, enum lbr_notice_kind kind, const struct lbr_notice *notice,
                      enum lbr_error error, const struct lbr_reason *reason)
{
	struct notifying *run = context;

	if (notice != NULL) {
		judge(run, notice);
		return run->over;
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

	if (account == NULL || counters == NULL)
		fault(run, name, LBR_ERR_DAMAGED, reason);
	if (account == NULL)
		return 0;
	if (counters != NULL)
		cli_notify_raised(run, account, counters);
	if (run->over)
		return 1;
	error = lbr_notices_find_expiry(run->notices, account, &run->session.settings, run->now_s, &notice, &own_reason);
	if (error != LBR_OK)
		fault(run, name, error, &own_reason);
	else if (lbr_notice_is_due(&notice, run->now_s))
		cli_notify_send(run, account, &notice, NULL);
	return run->over;
}

static bool has_changed(const struct notifying *run)
{
	return run->sent + run->without_contact + run->damaged > 0;
}

static void sum_up_json(const struct notifying *run)
{
	if (cli_has(run->cli, CLI_DRY_RUN))
		cli_json_line(json_pack("{s:i, s:i, s:i, s:i, s:i, s:b}", "would_send", (int)run->would_send,
		                        "people", (int)run->people, "kept", (int)run->kept,
		                        "without_contact", (int)run->without_contact, "damaged", (int)run->damaged, "changed", 0));
	else
		cli_json_line(json_pack("{s:i, s:i, s:i, s:i, s:b}", "sent", (int)run->sent, "kept", (int)run->kept,
		                        "without_contact", (int)run->without_contact, "damaged", (int)run->damaged,
		                        "changed", has_changed(run)));
}

static void sum_up(const struct notifying *run)
{
	bool dry = cli_has(run->cli, CLI_DRY_RUN);
	const unsigned numbers[] = {
		dry ? run->would_send : run->sent, dry ? run->people : run->kept, run->without_contact, run->damaged, run->kept,
	};
	char texts[5][16];
	int at;

	if (cli_has(run->cli, CLI_JSON)) {
		sum_up_json(run);
		return;
	}
	for (at = 0; at < 5; at++)
		snprintf(texts[at], sizeof(texts[at]), "%u", numbers[at]);
	cli_write(stdout, run->cli->language, dry ? TEXT_NOTIFY_SUM_DRY : TEXT_NOTIFY_SUM, texts[0], texts[1], texts[2], texts[3],
	          texts[4], NULL);
}

/* Said first, and once: without a mail system the rest of the output is about nothing else. */
static void look_for_mail(struct notifying *run)
{
	const char *program = run->session.settings.sendmail;

	run->no_mail = access(program, X_OK) != 0;
	if (run->no_mail)
		cli_fail(run->cli, CLI_FAULT, TEXT_NO_MAIL, program, cli_errno(run->cli->language, errno), NULL);
}

/* Makes the spool that an earlier release did not make; only one sender runs at a time. */
static enum cli_status open_spool(struct notifying *run)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_notices_make(run->session.settings.state, &reason);

	if (error == LBR_OK)
		error = lbr_notices_open(run->session.settings.state, run->session.keyring, &run->notices, &reason);
	if (error == LBR_OK && !cli_has(run->cli, CLI_DRY_RUN))
		error = lbr_notices_take_turn(run->notices, &reason);
	if (error == LBR_ERR_BUSY)
		return cli_fail(run->cli, CLI_NO, TEXT_NOTIFY_BUSY, NULL);
	if (error == LBR_OK)
		return CLI_DONE;
	cli_fail_reason(run->cli, NULL, error, &reason);
	return CLI_FAULT;
}

static void run_all(struct notifying *run)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_notices_list(run->notices, judge_file, run, &reason);

	if (error != LBR_OK)
		fault(run, NULL, error, &reason);
	if (!run->over) {
		error = lbr_store_list(run->session.store, judge_account, run, &reason);
		if (error != LBR_OK)
			fault(run, NULL, error, &reason);
	}
	sum_up(run);
}

enum cli_status cli_notify(struct cli *cli)
{
	struct notifying run = { .cli = cli, .now_s = cli_now_s() };
	enum cli_status status = cli_carriers_load(cli, &run.carriers);

	if (status == CLI_DONE)
		status = cli_admin_open(cli, &run.session);

	if (status != CLI_DONE)
		return status;
	look_for_mail(&run);
	status = open_spool(&run);
	if (status == CLI_DONE) {
		run_all(&run);
		status = run.status;
		cli_desk_log_count(cli, status, has_changed(&run), run.sent);
	}
	lbr_notices_close(run.notices);
	cli_admin_close(&run.session);
	return status;
}
