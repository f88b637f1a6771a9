/* `list`: one line an account, streamed. Tab-separated, in fixed words, unless the output is a terminal. */
#include "facts.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "json.h"
#include "recorded.h"

#define USER_COLUMN 24
#define AHEAD_MAX_S (3650U * 86400) /* ten years: more is a typing error */

struct listing {
	const struct cli  *cli;
	const struct admin_session *session;
	enum cli_status    status;
	bool               terminal;
	struct recorded_uids uids;
	int64_t            ends_by_s; /* INT64_MAX: at any time */
};

static void print_json(const struct listing *listing, const struct lbr_account *account,
                       const struct lbr_counters *counters)
{
	int64_t end = cli_facts_end(account, &listing->session->settings);

	cli_json_line(json_pack("{s:s, s:s, s:s, s:b, s:o, s:o, s:b}", "user", account->name,
	                        "password", cli_facts_password(account), "token", cli_facts_token(account),
	                        "disabled", account->disabled, "last_sign_in", cli_json_time(counters->last_sign_in_s),
	                        "expires", cli_json_time(end), "must_change", account->must_change));
}

static void print_tabs(const struct listing *listing, const struct lbr_account *account,
                       const struct lbr_counters *counters)
{
	int64_t end = cli_facts_end(account, &listing->session->settings);
	char last[CLI_TIME_MAX], until[CLI_TIME_MAX];

	printf("%s\t%s\t%s\t%s\t%s\t%s\n", account->name, cli_facts_password(account), cli_facts_token(account),
	       account->disabled ? "disabled" : "-",
	       counters->last_sign_in_s == 0 ? "-" : cli_time_utc(counters->last_sign_in_s, last),
	       end == INT64_MAX ? "-" : end == 0 ? "now" : cli_time_utc(end, until));
}

static void print_columns(const struct listing *listing, const struct lbr_account *account,
                          const struct lbr_counters *counters)
{
	int64_t end = cli_facts_end(account, &listing->session->settings);
	enum lbr_language language = listing->cli->language;
	char last[CLI_TIME_MAX], until[CLI_TIME_MAX];
	bool own = account->password_kind == LBR_PASSWORD_OWN;
	bool confirmed = account->token_kind == LBR_TOKEN_CONFIRMED;

	cli_write_padded(stdout, account->name, USER_COLUMN);
	cli_write_padded(stdout, cli_text(own ? TEXT_OWN : TEXT_TEMPORARY, language), 11);
	cli_write_padded(stdout, cli_text(confirmed ? TEXT_TOKEN_CONFIRMED : TEXT_TOKEN_PENDING, language), 10);
	cli_write_padded(stdout, account->disabled ? cli_text(TEXT_YES, language) : "-", 10);
	cli_write_padded(stdout, counters->last_sign_in_s == 0 ? "-" : cli_time_local(counters->last_sign_in_s, last), 18);
	puts(end == INT64_MAX ? "-" : end == 0 ? cli_text(TEXT_NOW, language) : cli_time_local(end, until));
}

static void print_head(enum lbr_language language)
{
	cli_write_padded(stdout, cli_text(TEXT_COLUMN_USER, language), USER_COLUMN);
	cli_write_padded(stdout, cli_text(TEXT_COLUMN_PASSWORD, language), 11);
	cli_write_padded(stdout, cli_text(TEXT_COLUMN_TOKEN, language), 10);
	cli_write_padded(stdout, cli_text(TEXT_COLUMN_DISABLED, language), 10);
	cli_write_padded(stdout, cli_text(TEXT_COLUMN_LAST, language), 18);
	puts(cli_text(TEXT_COLUMN_EXPIRES, language));
}

/* What has already ended needs attention as much as what ends soon. */
static bool is_wanted(const struct listing *listing, const struct lbr_account *account,
                      const struct lbr_counters *counters)
{
	if (cli_has(listing->cli, CLI_NEVER) && counters->last_sign_in_s != 0)
		return false;
	return !cli_has(listing->cli, CLI_EXPIRING) || cli_facts_end(account, &listing->session->settings) <= listing->ends_by_s;
}

/* A damaged account is reported and the rest goes on. */
static int print_one(void *context, const char *name, const struct lbr_account *account,
                     const struct lbr_counters *counters, const struct lbr_reason *reason)
{
	const struct lbr_counters none = { .last_step = 0 };
	struct listing *listing = context;

	if (account == NULL || counters == NULL)
		listing->status = cli_fail_reason(listing->cli, name, LBR_ERR_DAMAGED, reason);
	if (account == NULL)
		return 0;
	if (counters == NULL)
		counters = &none;
	if (!is_wanted(listing, account, counters))
		return 0;
	cli_recorded_note(&listing->uids, account);
	if (cli_has(listing->cli, CLI_JSON))
		print_json(listing, account, counters);
	else if (listing->terminal)
		print_columns(listing, account, counters);
	else
		print_tabs(listing, account, counters);
	return ferror(stdout) != 0; /* the reader is gone: stop */
}

static enum cli_status read_filters(const struct cli *cli, struct listing *listing)
{
	unsigned ahead_s = 0;
	enum cli_status status = CLI_DONE;

	if (cli_has(cli, CLI_EXPIRING))
		status = cli_duration_read(cli, "--expiring", cli->expiring, 0, AHEAD_MAX_S, &ahead_s);
	listing->ends_by_s = cli_now_s() + ahead_s;
	return status;
}

enum cli_status cli_list(struct cli *cli)
{
	struct admin_session session = { .store = NULL };
	struct lbr_reason reason = { .text = "" };
	struct listing listing = { cli, &session, CLI_DONE, isatty(STDOUT_FILENO), { .list = NULL }, INT64_MAX };
	enum cli_status status = read_filters(cli, &listing);
	enum lbr_error error;

	if (status == CLI_DONE)
		status = cli_admin_open(cli, &session);
	if (status != CLI_DONE)
		return status;
	if (listing.terminal && !cli_has(cli, CLI_JSON))
		print_head(cli->language);
	error = lbr_store_list(session.store, print_one, &listing, &reason);
	if (error != LBR_OK) {
		cli_fail_reason(cli, NULL, error, &reason);
		listing.status = CLI_FAULT;
	}
	cli_admin_close(&session);
	(void)cli_flush();
	cli_recorded_tell(cli, &listing.uids);
	return listing.status;
}
