/* Sends one notice. */
#include "notify.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/contact.h>
#include <liberations/notices.h>

#include "json.h"
#include "reason.h"
#include "sendmail.h"
#include "sms.h"

#define HUNG_MAX 3

static void keep_worst(struct notifying *run, enum cli_status status)
{
	if (status > run->status)
		run->status = status;
}

/* Prints one line about one notice; `text` only with --dry-run. */
static void tell(const struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                 const char *result, enum cli_text said, const char *text)
{
	const char *kind = lbr_notice_kind_name(notice->kind), *where = account->contact;
	struct lbr_contact contact;

	if (lbr_contact_read(account->contact, &contact))
		where = lbr_contact_where(&contact);
	if (!cli_has(run->cli, CLI_JSON)) {
		cli_write(stdout, run->cli->language, said, account->name, kind, where, text, NULL);
		return;
	}
	cli_json_line(json_pack("{s:s, s:s, s:s, s:o, s:o}", "user", account->name, "kind", kind, "result", result,
	                        "contact", where[0] != '\0' ? json_string(where) : json_null(),
	                        "text", text[0] != '\0' ? json_string(text) : json_null()));
}

/* The agent has logged the event, and without an address no mail can be sent. An expiry stays computed and needs no file. */
static void drop(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                 const struct lbr_raised *raised)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = LBR_OK;

	if (!cli_has(run->cli, CLI_DRY_RUN) && raised != NULL)
		error = cli_notify_clear(run, account->name, notice->kind, raised, &reason);
	else if (!cli_has(run->cli, CLI_DRY_RUN) && notice->kind != LBR_NOTICE_PASSWORD_EXPIRES)
		error = lbr_notices_drop(run->notices, account->name, notice->kind, &reason);
	if (error != LBR_OK)
		keep_worst(run, cli_fail_reason(run->cli, account->name, error, &reason));
	run->without_contact++;
	tell(run, account, notice, "no-contact", TEXT_NOTIFY_NO_CONTACT, "");
}

static void keep(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                 enum cli_mailed mailed, int number)
{
	const char *kind = lbr_notice_kind_name(notice->kind), *program = run->session.settings.sendmail, *cause;
	char text[24];

	snprintf(text, sizeof(text), "%d", mailed == CLI_MAIL_HUNG ? (int)run->session.settings.sendmail_wait_s : number);
	cause = mailed == CLI_MAIL_NOT_STARTED ? cli_errno(run->cli->language, number) : NULL;
	run->kept++;
	/* A missing mail program fails for everyone, so stop. A hang may concern one address, which must not silence the
	 * others. */
	run->hung += mailed == CLI_MAIL_HUNG;
	run->over = run->hung >= HUNG_MAX || mailed == CLI_MAIL_NOT_STARTED;
	keep_worst(run, cli_fail(run->cli, CLI_FAULT,
	                             mailed == CLI_MAIL_STATUS ? TEXT_MAIL_STATUS :
	                             mailed == CLI_MAIL_SIGNAL ? TEXT_MAIL_SIGNAL :
	                             mailed == CLI_MAIL_HUNG ? TEXT_MAIL_HUNG : TEXT_MAIL_NOT_STARTED,
	                             account->name, kind, program, cause != NULL ? cause : text, NULL));
	if (cli_has(run->cli, CLI_JSON))
		tell(run, account, notice, "kept", TEXT_BARE, "");
}

static void report_unmarked(struct notifying *run, const struct lbr_notice *notice, enum lbr_error error,
                            const struct lbr_reason *reason)
{
	cli_fail_reason(run->cli, notice->name, error, reason);
	keep_worst(run, cli_fail(run->cli, CLI_FAULT, TEXT_MAIL_UNMARKED, notice->name, lbr_notice_kind_name(notice->kind), NULL));
}

/* The date first: a crash between the two mails again after the pause, rather than at once. */
static void settle(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                   const struct lbr_raised *raised)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_notice_mark_sent(run->notices, notice, run->now_s, &reason);

	run->sent++;
	tell(run, account, notice, "sent", TEXT_NOTIFY_SENT, "");
	if (error != LBR_OK) {
		report_unmarked(run, notice, error, &reason);
		run->over = true; /* without marks, the next run would mail everyone again */
	}
	if (raised != NULL)
		error = cli_notify_clear(run, account->name, notice->kind, raised, &reason);
	if (raised != NULL && error != LBR_OK)
		report_unmarked(run, notice, error, &reason);
}

static void mail(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                 const struct lbr_raised *raised, const char *to, bool phone, const char *text)
{
	enum cli_mailed mailed = CLI_MAIL_NOT_STARTED;
	int number = ENOMEM;
	size_t len = 0;
	char *message = cli_mail_compose(&run->session.settings, to, text, !phone, run->now_s, &len);

	(void)cli_flush(); /* the mail system's own messages on standard error come after this */
	if (message != NULL)
		mailed = cli_sendmail(&run->session.settings, to, message, len, &number);
	free(message);
	if (mailed == CLI_MAIL_TAKEN)
		settle(run, account, notice, raised);
	else
		keep(run, account, notice, mailed, number);
}

static void tell_of_dry_run(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                            const char *text)
{
	run->would_send++;
	run->people += strcmp(run->last, account->name) != 0;
	memcpy(run->last, account->name, sizeof(run->last));
	tell(run, account, notice, "would-send", TEXT_NOTIFY_WOULD, text);
}

/* The reason was said at the beginning. */
static void keep_without_mail(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice)
{
	run->kept++;
	keep_worst(run, CLI_FAULT);
	if (cli_has(run->cli, CLI_JSON))
		tell(run, account, notice, "kept", TEXT_BARE, "");
}

/* The store allows contacts that a header line and an argument must not contain, and a carrier's gateway may have ended. */
static void keep_unreachable(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                             bool phone)
{
	run->kept++;
	keep_worst(run, cli_fail(run->cli, CLI_FAULT, phone ? TEXT_NOTIFY_NO_GATEWAY : TEXT_NOTIFY_BAD_CONTACT, account->name,
	                         NULL));
	if (cli_has(run->cli, CLI_JSON))
		tell(run, account, notice, "kept", TEXT_BARE, "");
}

/* A telephone's text keeps to the signs of GSM 03.38 where it can: one other sign would leave room for 70. */
static void write_text(const struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice, bool phone,
                       char ret[CLI_MAIL_TEXT_MAX])
{
	char plain[CLI_SMS_TEXT_MAX];

	cli_notify_text(run, account, notice, ret);
	if (phone && cli_sms_plain(ret, true, plain) && strlen(plain) < CLI_MAIL_TEXT_MAX)
		memcpy(ret, plain, strlen(plain) + 1);
}

void cli_notify_send(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                     const struct lbr_raised *raised)
{
	char text[CLI_MAIL_TEXT_MAX], to[LBR_ADDRESS_MAX];
	struct lbr_contact contact;
	bool readable = lbr_contact_read(account->contact, &contact), phone = contact.phone[0] != '\0';

	/* Everything but the age of a password is about security. */
	if (contact.security_only && notice->kind == LBR_NOTICE_PASSWORD_EXPIRES)
		return;
	if (account->contact[0] == '\0') {
		drop(run, account, notice, raised);
		return;
	}
	if (!readable || !cli_carriers_way(&run->carriers, &contact, to)) {
		keep_unreachable(run, account, notice, phone);
		return;
	}
	write_text(run, account, notice, phone, text);
	if (cli_has(run->cli, CLI_DRY_RUN))
		tell_of_dry_run(run, account, notice, text);
	else if (run->no_mail)
		keep_without_mail(run, account, notice);
	else
		mail(run, account, notice, raised, to, phone, text);
}
