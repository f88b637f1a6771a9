/* `list`: the accounts in order, for people or for programs. */
#include "list.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reason.h"
#include "states.h"

#define AHEAD_MAX_S (3650U * 86400) /* ten years: more is a typing error */
#define OTHERS_MAX 20 /* Unix users that changed, told by name */

struct listing {
	const struct cli          *cli;
	struct admin_session       session;
	enum cli_status            status;
	const struct list_printer *printer;
	struct list_choice         choice;
	list_compare              *compare; /* NULL: in the store's own order */
	struct list_sorter        *sorter;
	cli_states                 states;
	unsigned                   ahead_s;
	bool                       begun;   /* the heading is printed */
	size_t                     others;  /* whose Unix user is another or has left; some of them: */
	struct other_user {
		char            name[LBR_NAME_MAX + 1];
		struct recorded recorded;
	} other[OTHERS_MAX];
};

static int by_name(const void *one, const void *other)
{
	return strcmp(((const struct account_row *)one)->name, ((const struct account_row *)other)->name);
}

static int by_last(const void *one, const void *other)
{
	const struct account_row *left = one, *right = other;

	if (left->last_s == right->last_s)
		return by_name(one, other);
	return left->last_s > right->last_s ? 1 : -1;
}

static int by_end(const void *one, const void *other)
{
	const struct account_row *left = one, *right = other;
	int64_t first = left->standing.end_s, second = right->standing.end_s;

	if (first == second)
		return by_name(one, other);
	return first > second ? 1 : -1;
}

static const struct { const char *word; list_compare *compare; } orders[] = {
	{ "user", by_name }, { "last-sign-in", by_last }, { "expires", by_end }, { "none", NULL },
};

const char *cli_list_sort_key(size_t at)
{
	return at < sizeof(orders) / sizeof(orders[0]) ? orders[at].word : NULL;
}

static enum cli_status read_order(struct listing *listing)
{
	const struct cli *cli = listing->cli;
	const char *word = cli_has(cli, CLI_SORT) ? cli->sort : orders[0].word;
	size_t at;

	for (at = 0; at < sizeof(orders) / sizeof(orders[0]); at++) {
		if (strcmp(orders[at].word, word) != 0)
			continue;
		listing->compare = orders[at].compare;
		return CLI_DONE;
	}
	return cli_fail(cli, CLI_USAGE, TEXT_NO_ORDER, cli->verb->name, cli_safe(word), NULL);
}

static void choose_printer(struct listing *listing)
{
	if (cli_has(listing->cli, CLI_JSON))
		listing->printer = &cli_list_json;
	else if (cli_has(listing->cli, CLI_AS_CSV))
		listing->printer = &cli_list_csv;
	else
		listing->printer = isatty(STDOUT_FILENO) ? &cli_list_screen : &cli_list_tabs;
	if (!listing->choice.chosen)
		listing->choice = listing->printer->usual;
}

static enum cli_status read_options(struct listing *listing)
{
	const struct cli *cli = listing->cli;
	enum cli_status status = read_order(listing);
	unsigned ahead_s = 0;

	if (status == CLI_DONE && cli_has(cli, CLI_JSON) && cli_has(cli, CLI_AS_CSV))
		status = cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name, "--json", "--csv", NULL);
	if (status == CLI_DONE && cli_has(cli, CLI_EXPIRING))
		status = cli_duration_read(cli, "--expiring", cli->expiring, 0, AHEAD_MAX_S, &ahead_s);
	if (status == CLI_DONE && cli_has(cli, CLI_STATE))
		status = cli_states_read(cli, cli->state, &listing->states);
	if (status == CLI_DONE && cli_has(cli, CLI_COLUMNS))
		status = cli_list_columns_read(cli, cli->columns, &listing->choice);
	listing->ahead_s = ahead_s;
	choose_printer(listing);
	return status;
}

/* What has already ended needs attention as much as what ends soon. */
static bool is_wanted(const struct listing *listing, const struct account_row *row)
{
	if (cli_has(listing->cli, CLI_NEVER) && row->last_s != 0)
		return false;
	return !cli_has(listing->cli, CLI_EXPIRING) || row->standing.end_s <= row->standing.now_s + listing->ahead_s;
}

static void look_up(struct listing *listing, struct account_row *row)
{
	cli_recorded_look_up(row->name, &row->recorded);
	row->standing.facts[STANDING_OTHER_UID] = row->recorded.differs && row->recorded.is_in_system;
	row->standing.facts[STANDING_NO_USER] = row->recorded.differs && !row->recorded.is_in_system;
	if (!row->recorded.differs)
		return;
	if (listing->others < OTHERS_MAX) {
		memcpy(listing->other[listing->others].name, row->name, sizeof(row->name));
		listing->other[listing->others].recorded = row->recorded;
	}
	listing->others++;
}

static void print_head(struct listing *listing)
{
	if (!listing->begun && listing->printer->head != NULL)
		listing->printer->head(listing->cli, &listing->choice);
	listing->begun = true;
}

/* False: nobody reads it. */
static bool print(void *context, const struct account_row *row)
{
	struct listing *listing = context;

	print_head(listing);
	listing->printer->row(listing->cli, &listing->choice, row);
	return !ferror(stdout);
}

static bool put_in_order(struct listing *listing, const struct account_row *row)
{
	unsigned width = cli_text_width(row->name);
	int error = cli_list_sorter_add(listing->sorter, row);

	if (width > listing->choice.user_width)
		listing->choice.user_width = width;
	if (error == 0)
		return true;
	listing->status = cli_fail(listing->cli, CLI_FAULT, TEXT_NOT_SORTED, cli_errno(listing->cli->language, error), NULL);
	return false;
}

/* A damaged account is reported, and the rest goes on. */
static bool take_one(void *context, const struct account_row *row, const struct lbr_reason *reason)
{
	struct listing *listing = context;
	struct account_row full;

	if (row->fault) {
		listing->status = CLI_FAULT;
		(void)cli_fail_reason(listing->cli, row->name[0] != '\0' ? row->name : NULL, row->error, reason);
		return true;
	}
	if (!is_wanted(listing, row))
		return true;
	full = *row;
	look_up(listing, &full);
	if (cli_has(listing->cli, CLI_STATE) && !cli_states_match(listing->states, &full.standing))
		return true;
	return listing->compare == NULL ? print(listing, &full) : put_in_order(listing, &full);
}

static int by_their_name(const void *one, const void *other)
{
	return strcmp(((const struct other_user *)one)->name, ((const struct other_user *)other)->name);
}

static void tell_others(struct listing *listing)
{
	size_t at, count_told = listing->others < OTHERS_MAX ? listing->others : OTHERS_MAX;
	char count[24];

	qsort(listing->other, count_told, sizeof(listing->other[0]), by_their_name);
	for (at = 0; at < count_told; at++)
		cli_recorded_tell(listing->cli, listing->other[at].name, &listing->other[at].recorded);
	if (listing->others <= OTHERS_MAX)
		return;
	snprintf(count, sizeof(count), "%zu", listing->others - OTHERS_MAX);
	(void)cli_fail(listing->cli, CLI_DONE, TEXT_MORE_OTHERS, count, NULL);
}

static void list_all(struct listing *listing)
{
	enum cli_status status = cli_accounts_read(listing->cli, &listing->session, take_one, listing);
	bool whole = status == CLI_DONE;
	int error = 0;

	if (whole && listing->sorter != NULL)
		error = cli_list_sorter_give(listing->sorter, print, listing);
	if (error != 0)
		status = cli_fail(listing->cli, CLI_FAULT, TEXT_NOT_SORTED, cli_errno(listing->cli->language, error), NULL);
	if (listing->status == CLI_DONE)
		listing->status = status;
	if (listing->status == CLI_DONE)
		print_head(listing);
	(void)cli_flush();
	tell_others(listing);
}

enum cli_status cli_list(struct cli *cli)
{
	struct listing *listing = calloc(1, sizeof(*listing));
	enum cli_status status;

	if (listing == NULL)
		return cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_errno(cli->language, ENOMEM), NULL);
	listing->cli = cli;
	status = read_options(listing);
	if (status == CLI_DONE)
		status = cli_settings_load(cli, &listing->session.settings);
	if (status == CLI_DONE)
		status = cli_admin_leave_root(cli, &listing->session);
	if (status == CLI_DONE && listing->compare != NULL) {
		listing->sorter = cli_list_sorter_begin(listing->compare, LIST_ROOM);
		if (listing->sorter == NULL)
			status = cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_errno(cli->language, ENOMEM), NULL);
	}
	if (status == CLI_DONE) {
		list_all(listing);
		status = listing->status;
	}
	cli_list_sorter_end(listing->sorter);
	free(listing);
	return status;
}
