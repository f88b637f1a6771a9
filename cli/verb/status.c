/* `status [USER]`: one line and an exit status, as Nagios, Icinga and their like take them. Nothing is changed, and nothing but the
 * line is printed: such programs read no standard error. */
#include "status.h"

#include <unistd.h>

#include <liberations/become.h>

#include "broker_start.h"
#include "foreign_key.h"
#include "reason.h"

static void keep_first(void *context, const struct lbr_reason *reason)
{
	struct monitored *on = context;

	if (on->level != MONITOR_CRITICAL)
		cli_monitor_say_reason(on, MONITOR_CRITICAL, reason);
}

/* The same steps as every verb of the administrator's takes. */
static bool open_store(struct monitored *on)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = cli_broker_start(on->cli, &on->session, &reason);

	if (error == LBR_OK)
		error = lbr_become_owner_of(on->session.settings.state, on->session.settings.user, &reason);
	if (error == LBR_OK)
		error = cli_admin_open_store(&on->session, &reason);
	on->key_is_foreign = error == LBR_OK && on->session.settings.store == LBR_STORE_FILE &&
	                     cli_key_is_foreign(on->session.store);
	if (error != LBR_OK)
		cli_monitor_say_reason(on, MONITOR_CRITICAL, &reason);
	else if (on->key_is_foreign)
		cli_monitor_say(on, MONITOR_CRITICAL, TEXT_STATUS_FOREIGN_KEY, NULL);
	else
		cli_monitor_say(on, MONITOR_OK, TEXT_STATUS_STORE, NULL);
	return error == LBR_OK;
}

/* A host that has no file for root's commands, where nobody is counted. */
static void look_as_an_agent(struct monitored *on)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = cli_admin_try_shared(&on->session, &reason);

	if (error != LBR_OK)
		cli_monitor_say_reason(on, MONITOR_CRITICAL, &reason);
	else
		cli_monitor_say(on, MONITOR_OK, TEXT_STATUS_SHARED, NULL);
	if (on->only == NULL)
		return;
	(void)lbr_fail(&reason, LBR_ERR_UNREACHABLE, LBR_WHY(STORE_NO_DESK));
	cli_monitor_say_reason(on, MONITOR_UNKNOWN, &reason);
}

static void look(struct monitored *on)
{
	if (!cli_may_administer(on->cli)) {
		cli_monitor_say(on, MONITOR_UNKNOWN, TEXT_NEEDS_ROOT, on->cli->verb->name, NULL);
		return;
	}
	if (cli_settings_read(on->cli, &on->session.settings, keep_first, on) != LBR_OK)
		return;
	cli_monitor_agent(on);
	if (geteuid() == 0 && on->session.settings.store != LBR_STORE_FILE && cli_broker_is_plain(on->cli)) {
		look_as_an_agent(on);
		return;
	}
	if (!open_store(on))
		return;
	on->now_s = cli_now_s();
	cli_monitor_accounts(on);
	cli_monitor_space(on);
	cli_admin_close(&on->session);
}

enum cli_status cli_monitor(struct cli *cli)
{
	struct monitored on = { .cli = cli, .now_s = cli_now_s(), .only = cli->count > 0 ? cli->words[0] : NULL };

	if (cli_has(cli, CLI_SOCKET) && cli_has(cli, CLI_AGENT))
		cli_monitor_say(&on, MONITOR_UNKNOWN, TEXT_NOT_BOTH, cli->verb->name, "--socket", "--agent", NULL);
	else
		look(&on);
	cli_monitor_print(&on);
	return (enum cli_status)on.level;
}
