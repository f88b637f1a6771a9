/* `sessions [USER]`: who is signed in to the web portal. */
#include "sessions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <liberations/account_standing.h>
#include <liberations/formats.h>

#include "admin_session.h"
#include "json.h"

#define USER_LEAST 4
#define USER_MOST 20
#define TIME_COLUMN 16
#define ADDRESS_COLUMN 15

static int by_user(const void *one, const void *other)
{
	const struct lbr_web_session *left = &((const struct session_row *)one)->session;
	const struct lbr_web_session *right = &((const struct session_row *)other)->session;
	int order = strcmp(left->user, right->user);

	if (order != 0 || left->born_s == right->born_s)
		return order;
	return left->born_s > right->born_s ? 1 : -1;
}

/* The portal ends a session at its next request if the account changed after it began: it has ended. */
static bool stands(const struct admin_session *session, const struct lbr_web_session *one)
{
	struct lbr_view view;
	bool same = lbr_store_load(session->store, one->user, &view, NULL) == LBR_OK && !view.account.disabled &&
	            lbr_account_stands(session->keyring, &view.account, one->standing);

	lbr_view_release(&view);
	return same;
}

static void keep_wanted(const struct cli *cli, const struct admin_session *session, struct session_rows *rows)
{
	size_t at, kept = 0;

	for (at = 0; at < rows->count; at++)
		if ((cli->count == 0 || strcmp(cli->words[0], rows->list[at].session.user) == 0) &&
		    stands(session, &rows->list[at].session))
			rows->list[kept++] = rows->list[at];
	rows->count = kept;
	if (kept > 1)
		qsort(rows->list, kept, sizeof(*rows->list), by_user);
}

static void print_json(const struct session_rows *rows)
{
	const struct session_row *row;

	for (row = rows->list; row < rows->list + rows->count; row++)
		cli_json_line(json_pack("{s:s, s:s, s:o, s:o, s:s}", "user", row->session.user, "site", row->site,
		                        "since", cli_json_time(row->session.born_s),
		                        "last_seen", cli_json_time(row->session.seen_s), "address", row->session.address));
}

static void print_tabs(const struct session_rows *rows)
{
	char since[CLI_TIME_MAX], seen[CLI_TIME_MAX];
	const struct session_row *row;

	for (row = rows->list; row < rows->list + rows->count; row++)
		printf("%s\t%s\t%s\t%s\t%s\n", row->session.user, cli_time_utc(row->session.born_s, since),
		       cli_time_utc(row->session.seen_s, seen), row->session.address, row->site);
}

static void print_line(unsigned user, const char *name, const char *since, const char *seen, const char *address, const char *site)
{
	if (cli_text_width(name) > user) {
		puts(name);
		name = "";
	}
	cli_write_padded(stdout, name, user);
	cli_write_padded(stdout, since, TIME_COLUMN);
	cli_write_padded(stdout, seen, TIME_COLUMN);
	cli_write_padded(stdout, address, ADDRESS_COLUMN);
	puts(site);
}

static void print_columns(const struct cli *cli, const struct session_rows *rows)
{
	char since[CLI_TIME_MAX], seen[CLI_TIME_MAX];
	const struct session_row *row;
	unsigned user = USER_LEAST;

	for (row = rows->list; row < rows->list + rows->count; row++) {
		unsigned width = cli_text_width(row->session.user);

		if (width > user)
			user = width < USER_MOST ? width : USER_MOST;
	}
	print_line(user, cli_text(TEXT_COLUMN_USER, cli->language), cli_text(TEXT_COLUMN_SINCE, cli->language),
	           cli_text(TEXT_COLUMN_SEEN, cli->language), cli_text(TEXT_COLUMN_ADDRESS, cli->language),
	           cli_text(TEXT_COLUMN_SITE, cli->language));
	for (row = rows->list; row < rows->list + rows->count; row++)
		print_line(user, row->session.user, cli_time_local(row->session.born_s, since),
		           cli_time_local(row->session.seen_s, seen), row->session.address, row->site + strlen("https://"));
}

static void print(const struct cli *cli, const struct session_rows *rows)
{
	if (cli_has(cli, CLI_JSON))
		print_json(rows);
	else if (!isatty(STDOUT_FILENO))
		print_tabs(rows);
	else if (rows->count > 0)
		print_columns(cli, rows);
	else
		cli_write(stdout, cli->language, TEXT_NO_SESSIONS, NULL);
}

/* Those of an earlier release have ended; a portal of a later one may still serve its own. */
static enum cli_status judge_version(const struct cli *cli, const struct session_rows *rows)
{
	struct lbr_reason reason = { .text = "" };
	char place[LBR_PATH_MAX + sizeof("/sessions")];

	if (rows->newest <= LBR_SESSIONS_VERSION)
		return CLI_DONE;
	snprintf(place, sizeof(place), "%s/sessions", rows->settings.state);
	lbr_fail_at(&reason, LBR_ERR_NEWER, place, LBR_WHY(NEWER_RELEASE), "sessions", rows->newest, LBR_SESSIONS_VERSION);
	return cli_fail_reason(cli, NULL, LBR_ERR_NEWER, &reason);
}

/* A name without an account is told, as everywhere. */
static enum cli_status judge_name(const struct cli *cli, const struct admin_session *session)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	enum lbr_error error;

	if (cli->count == 0)
		return CLI_DONE;
	error = lbr_store_load(session->store, cli->words[0], &view, &reason);
	lbr_view_release(&view);
	return error == LBR_OK ? CLI_DONE : cli_admin_fail(cli, cli->words[0], error, &reason);
}

/* The portal's files are read before root is dropped: they are not the store owner's. */
enum cli_status cli_sessions(struct cli *cli)
{
	struct admin_session session = { .store = NULL };
	struct session_rows rows = { .list = NULL };
	enum cli_status status = cli_settings_load(cli, &session.settings);

	if (status == CLI_DONE && cli_may_administer(cli))
		status = cli_sessions_read(cli, &rows);
	if (status == CLI_DONE)
		status = cli_admin_open_loaded(cli, &session);
	if (status == CLI_DONE) {
		status = judge_name(cli, &session);
		keep_wanted(cli, &session, &rows);
		if (status == CLI_DONE)
			print(cli, &rows);
		if (status == CLI_DONE)
			status = judge_version(cli, &rows);
		cli_admin_close(&session);
	}
	free(rows.list);
	return status;
}
