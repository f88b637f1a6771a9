/* `list`: the accounts in order, for people or for programs. */
#include "list.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reason.h"

#define AHEAD_MAX_S (3650U * 86400) /* ten years: more is a typing error */

struct listing {
	const struct cli           *cli;
	const struct admin_session *session;
	enum cli_status             status;
	struct list_rows            rows;
	int64_t                     now_s, ends_by_s; /* INT64_MAX: at any time */
	bool                        full; /* no memory for all of them */
};

/* What has already ended needs attention as much as what ends soon. */
static bool is_wanted(const struct listing *listing, const struct list_row *row)
{
	if (cli_has(listing->cli, CLI_NEVER) && row->last_s != 0)
		return false;
	return !cli_has(listing->cli, CLI_EXPIRING) || row->standing.end_s <= listing->ends_by_s;
}

static bool add(struct list_rows *rows, const struct list_row *row)
{
	size_t room = rows->room > 0 ? rows->room * 2 : 64;
	struct list_row *list;

	if (rows->count == rows->room) {
		list = reallocarray(rows->list, room, sizeof(*list));
		if (list == NULL)
			return false;
		rows->list = list;
		rows->room = room;
	}
	rows->list[rows->count++] = *row;
	return true;
}

static void look(const struct listing *listing, const struct lbr_account *account, const struct lbr_counters *counters,
                 struct list_row *ret)
{
	*ret = (struct list_row){ .language = account->language, .last_s = counters->last_sign_in_s };
	memcpy(ret->name, account->name, sizeof(ret->name));
	memcpy(ret->contact, account->contact, sizeof(ret->contact));
	ret->own = account->password_kind == LBR_PASSWORD_OWN;
	ret->confirmed = account->token_kind == LBR_TOKEN_CONFIRMED;
	ret->disabled = account->disabled;
	ret->must_change = account->must_change;
	ret->recorded = (struct recorded){ .has_uid = account->has_uid, .uid = account->uid };
	ret->standing = cli_standing(account, counters, &listing->session->settings, listing->now_s);
}

/* A damaged account is reported and the rest goes on. */
static int take_one(void *context, const char *name, const struct lbr_account *account,
                    const struct lbr_counters *counters, const struct lbr_reason *reason)
{
	const struct lbr_counters none = { .last_step = 0 };
	struct listing *listing = context;
	struct list_row row;

	if (account == NULL || counters == NULL)
		listing->status = cli_fail_reason(listing->cli, name, LBR_ERR_DAMAGED, reason);
	if (account == NULL)
		return 0;
	look(listing, account, counters != NULL ? counters : &none, &row);
	if (!is_wanted(listing, &row))
		return 0;
	listing->full = !add(&listing->rows, &row);
	return listing->full;
}

static int by_name(const void *one, const void *other)
{
	return strcmp(((const struct list_row *)one)->name, ((const struct list_row *)other)->name);
}

static int by_last(const void *one, const void *other)
{
	const struct list_row *left = one, *right = other;

	if (left->last_s == right->last_s)
		return by_name(one, other);
	return left->last_s > right->last_s ? 1 : -1;
}

static int by_end(const void *one, const void *other)
{
	const struct list_row *left = one, *right = other;
	int64_t first = left->standing.end_s, second = right->standing.end_s;

	if (first == second)
		return by_name(one, other);
	return first > second ? 1 : -1;
}

static const struct { const char *word; int (*compare)(const void *one, const void *other); } orders[] = {
	{ "user", by_name }, { "last-sign-in", by_last }, { "expires", by_end },
};

const char *cli_list_sort_key(size_t at)
{
	return at < sizeof(orders) / sizeof(orders[0]) ? orders[at].word : NULL;
}

static enum cli_status sort(const struct cli *cli, struct list_rows *rows)
{
	const char *word = cli_has(cli, CLI_SORT) ? cli->sort : orders[0].word;
	size_t at;

	for (at = 0; at < sizeof(orders) / sizeof(orders[0]); at++) {
		if (strcmp(orders[at].word, word) != 0)
			continue;
		if (rows->count > 1)
			qsort(rows->list, rows->count, sizeof(*rows->list), orders[at].compare);
		return CLI_DONE;
	}
	return cli_fail(cli, CLI_USAGE, TEXT_NO_ORDER, cli->verb->name, cli_safe(word), NULL);
}

static enum cli_status read_options(const struct cli *cli, struct listing *listing)
{
	unsigned ahead_s = 0;
	enum cli_status status = sort(cli, &listing->rows);

	if (status == CLI_DONE && cli_has(cli, CLI_JSON) && cli_has(cli, CLI_AS_CSV))
		status = cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name, "--json", "--csv", NULL);
	if (status == CLI_DONE && cli_has(cli, CLI_EXPIRING))
		status = cli_duration_read(cli, "--expiring", cli->expiring, 0, AHEAD_MAX_S, &ahead_s);
	listing->ends_by_s = listing->now_s + ahead_s;
	return status;
}

static void print(const struct cli *cli, const struct list_rows *rows)
{
	if (cli_has(cli, CLI_JSON))
		cli_list_json(rows);
	else if (cli_has(cli, CLI_AS_CSV))
		cli_list_csv(rows);
	else if (isatty(STDOUT_FILENO))
		cli_list_columns(cli, rows);
	else
		cli_list_tabs(rows);
}

static void look_up(struct list_rows *rows)
{
	struct list_row *row;

	for (row = rows->list; row < rows->list + rows->count; row++) {
		cli_recorded_look_up(row->name, &row->recorded);
		row->standing.facts[STANDING_OTHER_UID] = row->recorded.differs && row->recorded.is_in_system;
		row->standing.facts[STANDING_NO_USER] = row->recorded.differs && !row->recorded.is_in_system;
	}
}

static void tell(const struct cli *cli, const struct list_rows *rows)
{
	const struct list_row *row;

	for (row = rows->list; row < rows->list + rows->count; row++)
		cli_recorded_tell(cli, row->name, &row->recorded);
}

static void read_all(const struct cli *cli, const struct admin_session *session, struct listing *listing)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_store_list(session->store, take_one, listing, &reason);

	if (error != LBR_OK) {
		cli_fail_reason(cli, NULL, error, &reason);
		listing->status = CLI_FAULT;
	}
	if (listing->full)
		listing->status = cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_errno(cli->language, ENOMEM), NULL);
}

enum cli_status cli_list(struct cli *cli)
{
	struct admin_session session = { .store = NULL };
	struct listing listing = { .cli = cli, .session = &session, .now_s = cli_now_s() };
	enum cli_status status = read_options(cli, &listing);

	if (status == CLI_DONE)
		status = cli_admin_open(cli, &session);
	if (status != CLI_DONE)
		return status;
	read_all(cli, &session, &listing);
	cli_admin_close(&session);
	(void)sort(cli, &listing.rows);
	look_up(&listing.rows);
	print(cli, &listing.rows);
	(void)cli_flush();
	tell(cli, &listing.rows);
	free(listing.rows.list);
	return listing.status;
}
