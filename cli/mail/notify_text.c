/* The text of a notice: short enough for a phone where possible. */
#include "notify.h"

#include <stdint.h>
#include <stdio.h>

#define ORIGIN_MAX 128

static enum cli_text text_of(enum lbr_notice_kind kind)
{
	switch (kind) {
	case LBR_NOTICE_RECOVERY_USED:
		return TEXT_MAIL_RECOVERY_USED;
	case LBR_NOTICE_PASSWORD_KNOWN:
		return TEXT_MAIL_PASSWORD_KNOWN;
	case LBR_NOTICE_LOCKED:
		return TEXT_MAIL_LOCKED;
	case LBR_NOTICE_PASSWORD_CHANGED:
		return TEXT_MAIL_PASSWORD_CHANGED;
	case LBR_NOTICE_TOKEN_REPLACED:
		return TEXT_MAIL_TOKEN_REPLACED;
	case LBR_NOTICE_PASSWORD_EXPIRES:
	case LBR_NOTICE_KINDS:
		break;
	}
	return TEXT_MAIL_EXPIRED;
}

/* Formats the text with its arguments into `ret`; a text that does not fit is cut. */
static void put(char ret[CLI_MAIL_TEXT_MAX], enum lbr_language language, enum cli_text text, const char *one,
                const char *two, const char *three)
{
	FILE *file = fmemopen(ret, CLI_MAIL_TEXT_MAX, "w");

	ret[0] = '\0';
	if (file == NULL)
		return;
	cli_write(file, language, text, one, two, three, NULL);
	fclose(file); /* closes with a NUL */
	ret[CLI_MAIL_TEXT_MAX - 1] = '\0';
}

static void put_expiry(const struct notifying *run, const struct lbr_account *account, enum lbr_language language,
                       char ret[CLI_MAIL_TEXT_MAX])
{
	const struct lbr_age age = run->way.session.settings.max_age;
	int64_t left = lbr_password_days_left(account->password_set_s, age, run->now_s);
	char days[24], when[CLI_TIME_MAX];

	snprintf(days, sizeof(days), "%lld", (long long)left);
	cli_time_local(lbr_password_expires_at(account->password_set_s, age), when);
	put(ret, language, left == 1 ? TEXT_MAIL_EXPIRES_ONE : TEXT_MAIL_EXPIRES_MANY, account->name, days, when);
}

/* Where it happened, as the peer claimed: " (sshd, 203.0.113.7)". */
static void put_where(const struct lbr_notice *notice, char ret[ORIGIN_MAX])
{
	const char *joint = notice->service[0] != '\0' && notice->rhost[0] != '\0' ? ", " : "";

	ret[0] = '\0';
	if (notice->service[0] != '\0' || notice->rhost[0] != '\0')
		snprintf(ret, ORIGIN_MAX, " (%s%s%s)", notice->service, joint, notice->rhost);
}

void cli_notify_text(const struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                     char ret[CLI_MAIL_TEXT_MAX])
{
	enum lbr_language language = cli_language_of_person(run->cli, &run->way.session.settings, account);
	char when[CLI_TIME_MAX], where[ORIGIN_MAX];

	if (notice->kind == LBR_NOTICE_PASSWORD_EXPIRES && notice->stage < LBR_NOTICE_STAGES) {
		put_expiry(run, account, language, ret);
		return;
	}
	cli_time_local(notice->raised_s, when);
	put_where(notice, where);
	put(ret, language, text_of(notice->kind), account->name, when, where);
	if (cli_mail_characters(ret) > CLI_MAIL_SHORT)
		put(ret, language, text_of(notice->kind), account->name, when, "");
}
