/* `list`: one line an account, streamed. Tab-separated and in fixed words unless a person reads it at a terminal. */
#include "facts.h"
#include "json.h"

#define USER_COLUMN 24

struct listing {
	const struct cli  *cli;
	const struct desk *desk;
	enum cli_status    status;
	bool               terminal;
};

static void print_json(const struct listing *listing, const struct lbr_account *account,
                       const struct lbr_counters *counters)
{
	int64_t end = cli_facts_end(account, &listing->desk->settings);

	cli_json_line(json_pack("{s:s, s:s, s:s, s:b, s:o, s:o, s:b}", "user", account->name,
	                        "password", cli_facts_password(account), "token", cli_facts_token(account),
	                        "disabled", account->disabled, "last_sign_in", cli_json_time(counters->last_sign_in_s),
	                        "expires", cli_json_time(end), "must_change", account->must_change));
}

static void print_tabs(const struct listing *listing, const struct lbr_account *account,
                       const struct lbr_counters *counters)
{
	int64_t end = cli_facts_end(account, &listing->desk->settings);
	char last[CLI_TIME_MAX], until[CLI_TIME_MAX];

	printf("%s\t%s\t%s\t%s\t%s\t%s\n", account->name, cli_facts_password(account), cli_facts_token(account),
	       account->disabled ? "disabled" : "-",
	       counters->last_sign_in_s == 0 ? "-" : cli_time_utc(counters->last_sign_in_s, last),
	       end == INT64_MAX ? "-" : end == 0 ? "now" : cli_time_utc(end, until));
}

/* printf pads by bytes; people read characters. */
static void print_padded(const char *text, unsigned width)
{
	unsigned shown = 0;
	const char *at;

	for (at = text; *at != '\0'; at++)
		shown += ((unsigned char)*at & 0xc0) != 0x80;
	fputs(text, stdout);
	for (; shown < width; shown++)
		fputc(' ', stdout);
	fputc(' ', stdout);
}

static void print_columns(const struct listing *listing, const struct lbr_account *account,
                          const struct lbr_counters *counters)
{
	int64_t end = cli_facts_end(account, &listing->desk->settings);
	enum lbr_language language = listing->cli->language;
	char last[CLI_TIME_MAX], until[CLI_TIME_MAX];
	bool own = account->password_kind == LBR_PASSWORD_OWN;
	bool confirmed = account->token_kind == LBR_TOKEN_CONFIRMED;

	print_padded(account->name, USER_COLUMN);
	print_padded(cli_text(own ? TEXT_OWN : TEXT_TEMPORARY, language), 11);
	print_padded(cli_text(confirmed ? TEXT_TOKEN_CONFIRMED : TEXT_TOKEN_PENDING, language), 10);
	print_padded(account->disabled ? cli_text(TEXT_YES, language) : "-", 10);
	print_padded(counters->last_sign_in_s == 0 ? "-" : cli_time_local(counters->last_sign_in_s, last), 18);
	puts(end == INT64_MAX ? "-" : end == 0 ? cli_text(TEXT_NOW, language) : cli_time_local(end, until));
}

static void print_head(enum lbr_language language)
{
	print_padded(cli_text(TEXT_COLUMN_USER, language), USER_COLUMN);
	print_padded(cli_text(TEXT_COLUMN_PASSWORD, language), 11);
	print_padded(cli_text(TEXT_COLUMN_TOKEN, language), 10);
	print_padded(cli_text(TEXT_COLUMN_DISABLED, language), 10);
	print_padded(cli_text(TEXT_COLUMN_LAST, language), 18);
	puts(cli_text(TEXT_COLUMN_EXPIRES, language));
}

/* A damaged account is named and the rest goes on. */
static int print_one(void *context, const char *name, const struct lbr_account *account,
                     const struct lbr_counters *counters, const struct lbr_reason *reason)
{
	const struct lbr_counters none = { .last_step = 0 };
	struct listing *listing = context;

	if (account == NULL || counters == NULL)
		listing->status = cli_complain_reason(listing->cli, name, LBR_ERR_DAMAGED, reason);
	if (account == NULL)
		return 0;
	if (counters == NULL)
		counters = &none;
	if (cli_has(listing->cli, CLI_JSON))
		print_json(listing, account, counters);
	else if (listing->terminal)
		print_columns(listing, account, counters);
	else
		print_tabs(listing, account, counters);
	return ferror(stdout) != 0; /* nobody reads any more: enough */
}

enum cli_status cli_list(struct cli *cli)
{
	struct desk desk = { .store = NULL };
	struct lbr_reason reason = { .text = "" };
	struct listing listing = { cli, &desk, CLI_DONE, isatty(STDOUT_FILENO) };
	enum cli_status status = cli_desk_open(cli, &desk);
	enum lbr_error error;

	if (status != CLI_DONE)
		return status;
	if (listing.terminal && !cli_has(cli, CLI_JSON))
		print_head(cli->language);
	error = lbr_store_list(desk.store, print_one, &listing, &reason);
	if (error != LBR_OK) {
		cli_complain_reason(cli, NULL, error, &reason);
		listing.status = CLI_FAULT;
	}
	cli_desk_close(&desk);
	return listing.status;
}
