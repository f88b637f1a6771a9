/* What became of notices: a line each, and the totals. */
#include "notify.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <liberations/contact.h>
#include <liberations/store.h>

#include "json.h"
#include "reason.h"

void cli_notify_say(const struct notifying *run, const struct lbr_account *account, enum lbr_notice_kind kind, const char *result,
                    enum cli_text said, const char *text)
{
	const char *word = lbr_notice_kind_name(kind), *where = account->contact;
	struct lbr_contact contact;

	if (lbr_contact_read(account->contact, &contact))
		where = lbr_contact_where(&contact);
	if (!cli_has(run->cli, CLI_JSON)) {
		cli_write(stdout, run->cli->language, said, account->name, word, where, text, NULL);
		return;
	}
	cli_json_line(json_pack("{s:s, s:s, s:s, s:o, s:o}", "user", account->name, "kind", word, "result", result,
	                        "contact", where[0] != '\0' ? json_string(where) : json_null(),
	                        "text", text[0] != '\0' ? json_string(text) : json_null()));
}

/* Why a program did not take it; `given_up`: for good. */
static void say_why(const struct notifying *run, const struct delivered *delivered, bool given_up)
{
	const struct lbr_settings *settings = &run->way.session.settings;
	const char *cause = delivered->mailed == CLI_MAIL_NOT_STARTED ? cli_errno(run->cli->language, delivered->number) : NULL;
	char text[24], program[LBR_PATH_MAX];

	snprintf(text, sizeof(text), "%d", delivered->mailed == CLI_MAIL_HUNG ? (int)settings->sendmail_wait_s : delivered->number);
	snprintf(program, sizeof(program), "%.*s", (int)strcspn(settings->command, " \t"), settings->command);
	cli_fail(run->cli, CLI_FAULT,
	         given_up && delivered->mailed == CLI_MAIL_STATUS ? TEXT_NOTIFY_REFUSED :
	         delivered->mailed == CLI_MAIL_STATUS ? TEXT_MAIL_STATUS :
	         delivered->mailed == CLI_MAIL_SIGNAL ? TEXT_MAIL_SIGNAL :
	         delivered->mailed == CLI_MAIL_HUNG ? TEXT_MAIL_HUNG : TEXT_MAIL_NOT_STARTED,
	         delivered->message->name, lbr_notice_kind_name(delivered->message->kind),
	         delivered->command ? program : settings->sendmail, cause != NULL ? cause : text, NULL);
}

void cli_notify_tell(void *context, const struct delivered *delivered)
{
	static const struct { const char *word; enum cli_text text; } results[] = {
		[DELIVERED_SENT] = { "sent", TEXT_NOTIFY_SENT }, [DELIVERED_QUEUED] = { "kept", TEXT_BARE },
		[DELIVERED_FAILED] = { "failed", TEXT_NOTIFY_FAILED }, [DELIVERED_UNKNOWN] = { "unknown", TEXT_NOTIFY_UNKNOWN },
	};
	struct notifying *run = context;
	struct lbr_account nobody = { .contact = "" };
	struct lbr_view view;
	bool found = lbr_store_load(run->way.session.store, delivered->message->name, &view, NULL) == LBR_OK;

	memcpy(nobody.name, delivered->message->name, sizeof(nobody.name));
	if (delivered->tried && delivered->as != DELIVERED_SENT)
		say_why(run, delivered, delivered->as == DELIVERED_FAILED);
	if (delivered->as == DELIVERED_QUEUED && (delivered->tried || run->way.over))
		run->way.status = CLI_FAULT;
	if (delivered->as != DELIVERED_QUEUED || cli_has(run->cli, CLI_JSON))
		cli_notify_say(run, found ? &view.account : &nobody, delivered->message->kind, results[delivered->as].word,
		               results[delivered->as].text, "");
	lbr_view_release(&view);
}

bool cli_notify_has_changed(const struct notifying *run)
{
	return run->way.sent + run->way.failed + run->way.unknown + run->without_contact + run->damaged > 0;
}

static void sum_up_json(const struct notifying *run)
{
	const struct delivering *way = &run->way;

	if (cli_has(run->cli, CLI_DRY_RUN))
		cli_json_line(json_pack("{s:i, s:i, s:i, s:i, s:i, s:b}", "would_send", (int)run->would_send,
		                        "people", (int)run->people, "kept", (int)run->kept,
		                        "without_contact", (int)run->without_contact, "damaged", (int)run->damaged, "changed", 0));
	else
		cli_json_line(json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:b}", "sent", (int)way->sent,
		                        "kept", (int)(run->kept + way->queued), "failed", (int)way->failed,
		                        "unknown", (int)way->unknown,
		                        "without_contact", (int)run->without_contact, "damaged", (int)run->damaged,
		                        "changed", cli_notify_has_changed(run)));
}

void cli_notify_sum_up(const struct notifying *run)
{
	const struct delivering *way = &run->way;
	bool dry = cli_has(run->cli, CLI_DRY_RUN);
	const unsigned numbers[] = {
		dry ? run->would_send : way->sent, dry ? run->people : run->kept + way->queued, run->without_contact, run->damaged,
		dry ? run->kept : way->failed, way->unknown,
	};
	char texts[6][16];
	int at;

	if (cli_has(run->cli, CLI_JSON)) {
		sum_up_json(run);
		return;
	}
	for (at = 0; at < 6; at++)
		snprintf(texts[at], sizeof(texts[at]), "%u", numbers[at]);
	cli_write(stdout, run->cli->language, dry ? TEXT_NOTIFY_SUM_DRY : TEXT_NOTIFY_SUM, texts[0], texts[1], texts[2], texts[3],
	          texts[4], texts[5], NULL);
}
