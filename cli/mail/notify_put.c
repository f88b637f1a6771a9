/* Puts one notice into the spool. */
#include "notify.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <liberations/contact.h>
#include <liberations/notices.h>

#include "sms.h"

static void keep_worst(struct notifying *run, enum cli_status status)
{
	if (status > run->way.status)
		run->way.status = status;
}

/* The agent has logged the event, and without an address no mail can be sent. An expiry stays computed and needs no file. */
static void drop(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                 const struct lbr_raised *raised)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = LBR_OK;
	bool cleared;

	if (!cli_has(run->cli, CLI_DRY_RUN) && raised != NULL)
		error = cli_deliver_clear(&run->way, account->name, notice->kind, raised->at_s, &cleared, &reason);
	else if (!cli_has(run->cli, CLI_DRY_RUN) && notice->kind != LBR_NOTICE_PASSWORD_EXPIRES)
		error = lbr_notices_drop(run->way.notices, account->name, notice->kind, &reason);
	if (error != LBR_OK)
		cli_deliver_fault(&run->way, account->name, error, &reason);
	run->without_contact++;
	cli_notify_say(run, account, notice->kind, "no-contact", TEXT_NOTIFY_NO_CONTACT, "");
}

static void say_kept(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice)
{
	run->kept++;
	keep_worst(run, CLI_FAULT);
	if (cli_has(run->cli, CLI_JSON))
		cli_notify_say(run, account, notice->kind, "kept", TEXT_BARE, "");
}

static void tell_of_dry_run(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                            const char *text)
{
	run->would_send++;
	run->people += strcmp(run->last, account->name) != 0;
	memcpy(run->last, account->name, sizeof(run->last));
	cli_notify_say(run, account, notice->kind, "would-send", TEXT_NOTIFY_WOULD, text);
}

/* The store allows contacts that a header line and an argument must not contain, and a carrier's gateway may have ended. */
static void keep_unreachable(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                             bool phone)
{
	cli_fail(run->cli, CLI_FAULT, phone ? TEXT_NOTIFY_NO_GATEWAY : TEXT_NOTIFY_BAD_CONTACT, account->name, NULL);
	say_kept(run, account, notice);
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

/* A run that died after this finds the file again, and puts no second one. */
static void put(struct notifying *run, const struct lbr_notice *notice, const struct lbr_raised *raised, const char *text)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_message message, there;
	enum lbr_error error;

	lbr_message_of_notice(notice, &message);
	error = lbr_message_read(run->way.spool, message.id, &there, &reason);
	if (error == LBR_OK)
		return;
	if (raised == NULL)
		message.raised_s = 0; /* what waits in the counters is another one */
	snprintf(message.text, sizeof(message.text), "%s", text);
	error = lbr_message_put(run->way.spool, &message, &reason);
	if (error != LBR_OK)
		cli_deliver_fault(&run->way, notice->name, error, &reason);
}

void cli_notify_put(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                    const struct lbr_raised *raised)
{
	bool provider = run->way.session.settings.command[0] != '\0', readable;
	char text[CLI_MAIL_TEXT_MAX];
	struct lbr_contact contact;
	struct message_way way;

	readable = lbr_contact_read(account->contact, &contact);
	/* Everything but the age of a password is about security. */
	if (contact.security_only && notice->kind == LBR_NOTICE_PASSWORD_EXPIRES)
		return;
	if (account->contact[0] == '\0') {
		drop(run, account, notice, raised);
		return;
	}
	if (!readable || !cli_carriers_way(&run->way.carriers, &contact, provider, &way)) {
		keep_unreachable(run, account, notice, contact.phone[0] != '\0');
		return;
	}
	write_text(run, account, notice, way.phone, text);
	if (cli_has(run->cli, CLI_DRY_RUN))
		tell_of_dry_run(run, account, notice, text);
	else if (run->no_mail && !way.command)
		say_kept(run, account, notice); /* the reason was said at the beginning */
	else
		put(run, notice, raised, text);
}
