/* `uid USER...` and `uid --all`: records anew which Unix user each account belongs to, after a restore or a change of uid. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin_session.h"
#include "desk_log.h"
#include "json.h"
#include "person.h"
#include "reason.h"

struct recording {
	struct person     *people;
	size_t             count, room;
	struct lbr_account before;
	bool               changed;
};

static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	struct recording *recording = context;

	(void)reason;
	recording->before = view->account;
	recording->changed = cli_person_join(recording->people, &view->account);
	*ret_parts = recording->changed ? LBR_PART_ACCOUNT : LBR_PART_NONE;
	return LBR_OK;
}

static void say(const struct cli *cli, const struct recording *one, const struct lbr_account *account)
{
	char number[24];

	snprintf(number, sizeof(number), "%u", (unsigned)account->uid);
	if (one->changed)
		cli_person_say_joined(cli, &one->before, account);
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:o, s:b}", "user", account->name, "uid",
		                        cli_json_uid(account->has_uid, account->uid), "changed", one->changed));
	else if (!one->changed)
		cli_write(stdout, cli->language, account->has_uid ? TEXT_UID_IS : TEXT_UID_NONE, account->name, number, NULL);
}

static enum cli_status record(const struct cli *cli, struct admin_session *session, struct person *person)
{
	struct recording one = { .people = person };
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	enum cli_status status = CLI_DONE;
	enum lbr_error error = lbr_store_load(session->store, person->name, &view, &reason);

	if (error == LBR_OK && !person->looked_up)
		status = cli_fail(cli, CLI_FAULT, TEXT_NOT_LOOKED_UP, cli_safe(person->name), NULL);
	else if (error == LBR_OK)
		error = lbr_store_commit(&view, edit, &one, &reason);
	if (error != LBR_OK)
		status = cli_admin_fail(cli, person->name, error, &reason);
	else if (status == CLI_DONE)
		say(cli, &one, &view.account);
	cli_desk_log_change(cli, person->name, status, one.changed);
	lbr_account_wipe(&one.before);
	lbr_view_release(&view);
	return status;
}

static enum lbr_error add(struct recording *all, const char *name)
{
	size_t room = all->room > 0 ? all->room * 2 : 16;
	struct person *people = all->people;

	if (all->count == all->room) {
		people = reallocarray(all->people, room, sizeof(*people));
		if (people == NULL)
			return LBR_ERR_MEMORY;
		all->people = people;
		all->room = room;
	}
	people[all->count] = (struct person){ .has_uid = false };
	snprintf(people[all->count].name, sizeof(people->name), "%s", name);
	all->count++;
	return LBR_OK;
}

static int add_listed(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                      const struct lbr_reason *reason)
{
	(void)counters, (void)reason;
	return account != NULL && add(context, name) != LBR_OK;
}

static int by_name(const void *left, const void *right)
{
	const struct person *one = left, *other = right;

	return strcmp(one->name, other->name);
}

static enum cli_status collect(struct cli *cli, struct recording *all)
{
	struct admin_session session = { .store = NULL };
	struct lbr_reason reason = { .text = "" };
	enum cli_status status = CLI_DONE;
	enum lbr_error error = LBR_OK;
	int at;

	for (at = 0; at < cli->count && error == LBR_OK; at++) {
		if (lbr_name_check(cli->words[at]) != LBR_OK)
			return cli_fail(cli, CLI_USAGE, TEXT_BAD_NAME, cli_safe(cli->words[at]), NULL);
		error = add(all, cli->words[at]);
	}
	if (error == LBR_OK && cli_has(cli, CLI_ALL)) {
		status = cli_admin_open(cli, &session);
		if (status == CLI_DONE)
			error = lbr_store_list(session.store, add_listed, all, &reason);
		if (all->count > 0)
			qsort(all->people, all->count, sizeof(*all->people), by_name);
		cli_admin_close(&session);
	}
	return error == LBR_OK ? status : cli_fail_reason(cli, NULL, error, &reason);
}

/* The name service is asked while no key is in memory. */
static void look_up_all(struct recording *all)
{
	char name[LBR_NAME_MAX + 1];
	size_t at;

	for (at = 0; at < all->count; at++) {
		memcpy(name, all->people[at].name, sizeof(name));
		cli_person_find(name, &all->people[at]);
		memcpy(all->people[at].name, name, sizeof(name));
	}
}

enum cli_status cli_uid(struct cli *cli)
{
	struct recording all = { .count = 0 };
	struct admin_session session = { .store = NULL };
	enum cli_status worst = collect(cli, &all), status;
	size_t at;

	if (worst == CLI_DONE) {
		look_up_all(&all);
		worst = cli_admin_open(cli, &session);
	}
	for (at = 0; session.store != NULL && at < all.count; at++) {
		status = record(cli, &session, &all.people[at]);
		worst = status > worst ? status : worst;
	}
	cli_admin_close(&session);
	free(all.people);
	return worst;
}
