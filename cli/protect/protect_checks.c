/* What must hold before a service asks for more than it did: or everybody would be locked out at once. */
#include "protect.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <liberations/client.h>

#include "admin_session.h"
#include "broker_start.h"
#include "child.h"
#include "pam_stack.h"
#include "reason.h"
#include "standing.h"

#define NONE_ENROLLED 9 /* how the child says it */
#define NONE_USABLE 10

struct seeking {
	const struct lbr_settings *settings;
	int64_t                    now_s;
	bool                       any, usable;
};

/* A password that has expired is renewed at the sign-in, and an invitation is taken up there, unless it has expired. */
static bool is_usable(const struct seeking *on, const struct lbr_account *account, const struct lbr_counters *counters)
{
	const struct standing standing = cli_standing(account, counters, on->settings, on->now_s);
	bool temporary = account->password_kind == LBR_PASSWORD_TEMPORARY;

	return !account->disabled && !(temporary && standing.facts[STANDING_EXPIRED]) &&
	       !(standing.lanes[LBR_LANE_KNOWN].locked && standing.lanes[LBR_LANE_STRANGER].locked);
}

/* Ends at the first one who could. */
static int take_one(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                    const struct lbr_reason *reason)
{
	struct seeking *on = context;

	(void)name;
	(void)reason;
	on->any |= account != NULL;
	on->usable = account != NULL && counters != NULL && is_usable(on, account, counters);
	return on->usable;
}

/* In a child: a process that opens the store gives up root for good. Where this host's login may not list the accounts, it is
 * enough that they can be used. */
static int look_at_accounts(struct cli *cli)
{
	struct admin_session session = { .store = NULL };
	struct lbr_reason reason = { .text = "" };
	enum cli_status status = cli_settings_load(cli, &session.settings);
	enum lbr_error error;
	struct seeking on = { .now_s = (int64_t)time(NULL) };

	if (status == CLI_DONE && session.settings.store != LBR_STORE_FILE && cli_broker_is_plain(cli)) {
		error = cli_admin_try_shared(&session, &reason);
		return error == LBR_OK ? CLI_DONE : (int)cli_fail_reason(cli, NULL, error, &reason);
	}
	if (status == CLI_DONE)
		status = cli_admin_open_loaded(cli, &session);
	if (status != CLI_DONE)
		return (int)status;
	on.settings = &session.settings;
	error = lbr_store_list(session.store, take_one, &on, &reason);
	if (!on.usable && error != LBR_OK)
		status = cli_fail_reason(cli, NULL, error, &reason);
	cli_admin_close(&session);
	if (on.usable || status != CLI_DONE)
		return on.usable ? CLI_DONE : (int)status;
	return on.any ? NONE_USABLE : NONE_ENROLLED;
}

static enum cli_status has_accounts(const struct job *job)
{
	pid_t child;
	int status;

	(void)cli_flush();
	child = fork();
	if (child == 0)
		_exit(look_at_accounts(job->cli));
	status = cli_child_wait(child);
	if (!WIFEXITED(status))
		return CLI_FAULT;
	status = WEXITSTATUS(status);
	if (status != NONE_ENROLLED && status != NONE_USABLE)
		return (enum cli_status)status;
	if (cli_has(job->cli, CLI_FORCE))
		return CLI_DONE;
	return cli_fail(job->cli, CLI_NO, status == NONE_USABLE ? TEXT_PROTECT_NONE_USABLE : TEXT_PROTECT_NOBODY, job->service,
	                NULL);
}

/* As the module of a service of root's does. It answers a greeting once it has key and store. */
static enum cli_status has_agent(const struct job *job)
{
	const struct lbr_hello hello = { .language = job->cli->language, .service = "liberations" };
	const char *config = cli_has(job->cli, CLI_CONFIG) ? job->cli->config : "";
	enum cli_status status = CLI_DONE;
	struct lbr_client client;
	int error;

	lbr_client_init(&client);
	error = lbr_client_start(&client, LBR_DEFAULT_AGENT, config);
	if (error != 0)
		status = cli_fail(job->cli, CLI_FAULT, TEXT_STATUS_NO_AGENT, LBR_DEFAULT_AGENT,
		                  cli_errno(job->cli->language, error), NULL);
	else if (lbr_client_greet(&client, &hello) != LBR_OK)
		status = cli_fail(job->cli, CLI_FAULT, TEXT_STATUS_SILENT, LBR_DEFAULT_AGENT, NULL);
	lbr_client_close(&client);
	return status;
}

/* libpam runs it as root, so it must be root's. */
static enum cli_status has_module(const struct cli *cli)
{
	const char *path = cli_pam_own_module();
	struct stat st;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return cli_fail(cli, CLI_NO, TEXT_PROTECT_NO_MODULE, path, NULL);
	if (st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return cli_fail(cli, CLI_NO, TEXT_PROTECT_OWNER, path, NULL);
	return CLI_DONE;
}

enum cli_status cli_protect_ready(const struct job *job)
{
	enum cli_status status = has_module(job->cli);

	if (status == CLI_DONE)
		status = has_accounts(job);
	if (status == CLI_DONE)
		status = has_agent(job);
	if (status == CLI_DONE && job->is_sshd && job->by == NULL)
		status = cli_protect_root(job);
	return status == CLI_DONE && job->is_sshd ? cli_sshd_judge(job) : status;
}
