/* `rename USER NEW`: another name, and everything else as before. */
#include "admin_session.h"

#include <stdbool.h>
#include <stdio.h>

#include "desk_log.h"
#include "forget.h"
#include "json.h"
#include "person.h"

struct change {
	const char   *from, *to;
	struct person person; /* the Unix user of the new name */
	bool          dry;
};

/* An account belongs to a person. usermod(8) keeps the uid, so a Unix user with another one is somebody else. */
static enum cli_status check_uid(const struct cli *cli, const struct change *change, const struct lbr_account *account)
{
	char uid[24], other[24];

	if (!cli_person_is_another(&change->person, account))
		return CLI_DONE;
	snprintf(uid, sizeof(uid), "%u", (unsigned)account->uid);
	snprintf(other, sizeof(other), "%u", (unsigned)change->person.system_uid);
	if (change->person.has_system_uid)
		return cli_fail(cli, CLI_NO, TEXT_RENAME_OTHER_UID, change->from, uid, change->to, other, NULL);
	return cli_fail(cli, CLI_DONE, TEXT_RENAME_NO_USER, change->from, change->to, NULL);
}

static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	const struct change *change = context;

	(void)reason;
	*ret_parts = !view->account.has_uid && cli_person_join(&change->person, &view->account) ? LBR_PART_ACCOUNT : LBR_PART_NONE;
	return LBR_OK;
}

/* An account that recorded no uid gets that of the new name's user. The name is changed already: a fault is told, and no more. */
static void join(const struct cli *cli, const struct admin_session *session, struct change *change)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_account before;
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(session->store, change->to, &view, &reason);

	before = view.account;
	if (error == LBR_OK)
		error = lbr_store_commit(&view, edit, change, &reason);
	if (error != LBR_OK)
		cli_fail_reason(cli, change->to, error, &reason);
	else if (view.account.has_uid && !before.has_uid)
		cli_person_say_joined(cli, &before, &view.account);
	lbr_account_wipe(&before);
	lbr_view_release(&view);
}

static void say(const struct cli *cli, const struct change *change)
{
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:s, s:b}", "user", change->to, "former_name", change->from, "changed",
		                        !change->dry));
	else
		cli_write(stdout, cli->language, change->dry ? TEXT_RENAME_WOULD : TEXT_RENAMED, change->from, change->to, NULL);
}

static enum cli_status rename_account(const struct cli *cli, struct admin_session *session, struct change *change)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(session->store, change->from, &view, &reason);
	enum cli_status status = error == LBR_OK ? check_uid(cli, change, &view.account) : CLI_DONE;

	lbr_view_release(&view);
	if (status != CLI_DONE)
		return status;
	/* Without an account of the old name, an earlier run may have been killed: the store knows. */
	if (error == LBR_OK || error == LBR_ERR_ABSENT)
		error = lbr_store_rename(session->store, change->from, change->to, change->dry, &reason);
	if (error != LBR_OK)
		return cli_admin_fail(cli, error == LBR_ERR_EXISTS ? change->to : change->from, error, &reason);
	if (!change->dry) {
		cli_forget(session, change->from);
		join(cli, session, change);
	}
	say(cli, change);
	return CLI_DONE;
}

enum cli_status cli_rename(struct cli *cli)
{
	struct change change = { .from = cli->words[0], .to = cli->words[1], .dry = cli_has(cli, CLI_DRY_RUN) };
	struct admin_session session = { .store = NULL };
	enum cli_status status = cli_person_take(cli, change.to, &change.person);

	if (status == CLI_DONE)
		status = cli_admin_open(cli, &session);
	if (status == CLI_DONE) {
		status = rename_account(cli, &session, &change);
		cli_desk_log_rename(cli, change.from, change.to, status);
	}
	cli_admin_close(&session);
	return status;
}
