/* `show USER`: every fact of one account, but never a secret, a hash or a key. */
#include "show.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <liberations/recovery.h>

#include "relative.h"

static void print_fact(const struct cli *cli, enum cli_text label, const char *value)
{
	printf("%s%s\n", cli_text(label, cli->language), value);
}

static void print_time(const struct shown *shown, enum cli_text label, int64_t time_s)
{
	char time[CLI_TIME_MAX], far[CLI_RELATIVE_MAX];

	printf("%s%s (%s)\n", cli_text(label, shown->cli->language), cli_time_local(time_s, time),
	       cli_relative(shown->cli->language, time_s, shown->now_s, far));
}

static void print_number(const struct cli *cli, enum cli_text label, unsigned long long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", number);
	print_fact(cli, label, text);
}

static void print_password(const struct shown *shown)
{
	const struct lbr_account *account = shown->account;
	enum lbr_language language = shown->cli->language;
	char end[CLI_TIME_MAX] = "-", far[CLI_RELATIVE_MAX] = "-";

	if (shown->end_s != 0 && shown->end_s != INT64_MAX) {
		cli_time_local(shown->end_s, end);
		cli_relative(language, shown->end_s, shown->now_s, far);
	}
	fputs(cli_text(TEXT_SHOW_PASSWORD, language), stdout);
	if (account->password_kind == LBR_PASSWORD_TEMPORARY)
		cli_write(stdout, language, shown->ended ? TEXT_INVITATION_OVER : TEXT_INVITED_UNTIL, end, far, NULL);
	else if (shown->end_s == 0)
		cli_write(stdout, language, TEXT_MUST_CHANGE, NULL);
	else if (shown->end_s == INT64_MAX)
		cli_write(stdout, language, TEXT_NEVER_EXPIRES, NULL);
	else
		cli_write(stdout, language, shown->ended ? TEXT_EXPIRED_SINCE : TEXT_EXPIRES_AT, end, far, NULL);
	fputc('\n', stdout);
}

static void print_lane(const struct shown *shown, enum cli_text label, const struct lane_facts *lane)
{
	char password[24], code[24], until[CLI_TIME_MAX];

	snprintf(password, sizeof(password), "%u", lane->password_failures);
	snprintf(code, sizeof(code), "%u", lane->code_failures);
	fputs(cli_text(label, shown->cli->language), stdout);
	cli_write(stdout, shown->cli->language, TEXT_LANE_FAILURES, password, code, NULL);
	if (lane->locked)
		cli_write(stdout, shown->cli->language, TEXT_LANE_LOCKED, shown->account->name, NULL);
	else if (lane->wait_s > 0)
		cli_write(stdout, shown->cli->language, TEXT_LANE_WAIT,
		          cli_time_local(shown->now_s + lane->wait_s, until), NULL);
	fputc('\n', stdout);
}

static void print_recovery(const struct shown *shown)
{
	char left[24], made[24];

	snprintf(left, sizeof(left), "%u", lbr_recovery_left(shown->account, shown->counters));
	snprintf(made, sizeof(made), "%u", shown->account->recovery_count);
	fputs(cli_text(TEXT_SHOW_RECOVERY, shown->cli->language), stdout);
	cli_write(stdout, shown->cli->language, TEXT_RECOVERY_LEFT, left, made, NULL);
	fputc('\n', stdout);
}

static void print_other_uid(const struct shown *shown)
{
	char number[24];

	snprintf(number, sizeof(number), "%u", (unsigned)shown->recorded.system_uid);
	if (shown->recorded.differs)
		cli_write(stdout, shown->cli->language, shown->recorded.is_in_system ? TEXT_SHOW_OTHER_UID : TEXT_SHOW_NO_USER,
		          number, NULL);
}

static void print_unix(const struct shown *shown)
{
	const struct unix_facts *facts = &shown->unix_account;
	enum lbr_language language = shown->cli->language;
	char end[CLI_TIME_MAX];

	if (facts->end_s != 0) {
		cli_write(stdout, language, facts->ended ? TEXT_SHOW_UNIX_ENDED : TEXT_SHOW_UNIX_ENDS,
		          cli_time_local(facts->end_s, end), NULL);
	}
	if (facts->locked)
		cli_write(stdout, language, TEXT_SHOW_UNIX_LOCKED, NULL);
	if (facts->ages)
		cli_write(stdout, language, TEXT_SHOW_UNIX_AGES, NULL);
}

static void print_people(const struct shown *shown)
{
	const struct lbr_account *account = shown->account;
	bool confirmed = account->token_kind == LBR_TOKEN_CONFIRMED;
	int64_t last_s = shown->counters->last_sign_in_s;
	const struct cli *cli = shown->cli;

	print_fact(cli, TEXT_SHOW_USER, account->name);
	if (account->has_uid)
		print_number(cli, TEXT_SHOW_UID, account->uid);
	else
		print_fact(cli, TEXT_SHOW_UID, cli_text(TEXT_NONE, cli->language));
	print_other_uid(shown);
	print_unix(shown);
	print_fact(cli, TEXT_SHOW_DISABLED, cli_text(account->disabled ? TEXT_YES : TEXT_NO, cli->language));
	print_password(shown);
	print_time(shown, TEXT_SHOW_SET, account->password_set_s);
	print_fact(cli, TEXT_SHOW_TOKEN, cli_text(confirmed ? TEXT_TOKEN_CONFIRMED : TEXT_TOKEN_PENDING, cli->language));
	if (last_s == 0)
		print_fact(cli, TEXT_SHOW_LAST, cli_text(TEXT_NEVER, cli->language));
	else
		print_time(shown, TEXT_SHOW_LAST, last_s);
	print_lane(shown, TEXT_SHOW_CONSOLE, &shown->lanes[LBR_LANE_CONSOLE]);
	print_lane(shown, TEXT_SHOW_KNOWN, &shown->lanes[LBR_LANE_KNOWN]);
	print_lane(shown, TEXT_SHOW_STRANGER, &shown->lanes[LBR_LANE_STRANGER]);
	print_fact(cli, TEXT_SHOW_LANGUAGE, lbr_language_name(account->language));
	print_fact(cli, TEXT_SHOW_CONTACT, account->contact[0] != '\0' ? account->contact : "-");
	print_recovery(shown);
	print_number(cli, TEXT_SHOW_GENERATION, account->generation);
}

static void look(struct shown *shown, const struct admin_session *session)
{
	int lane;

	shown->now_s = cli_now_s();
	shown->end_s = cli_facts_end(shown->account, &session->settings);
	shown->ended = shown->account->password_kind == LBR_PASSWORD_TEMPORARY ?
	               shown->now_s > shown->end_s : shown->now_s >= shown->end_s;
	for (lane = 0; lane < LBR_LANES; lane++)
		shown->lanes[lane] = cli_facts_lane(shown->counters, (enum lbr_lane)lane, &session->settings, shown->now_s);
}

static void print(struct shown *shown)
{
	const struct lbr_account *account = shown->account;

	shown->recorded = (struct recorded){ .has_uid = account->has_uid, .uid = account->uid };
	cli_recorded_look_up(account->name, &shown->recorded);
	if (cli_has(shown->cli, CLI_JSON))
		cli_show_json(shown);
	else
		print_people(shown);
	(void)cli_flush();
	cli_recorded_tell(shown->cli, account->name, &shown->recorded);
}

enum cli_status cli_show(struct cli *cli)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	struct shown shown = { .cli = cli, .account = &view.account, .counters = &view.counters };
	struct admin_session session = { .store = NULL };
	enum cli_status status;
	enum lbr_error error;

	shown.unix_account = cli_unix_facts(cli->words[0], cli_host_now_s());
	status = cli_admin_open(cli, &session);
	if (status != CLI_DONE)
		return status;
	error = lbr_store_load(session.store, cli->words[0], &view, &reason);
	if (error == LBR_OK) {
		look(&shown, &session);
		cli_admin_close(&session);
		print(&shown);
	} else {
		status = cli_admin_fail(cli, cli->words[0], error, &reason);
	}
	cli_admin_close(&session);
	lbr_view_release(&view);
	return status;
}
