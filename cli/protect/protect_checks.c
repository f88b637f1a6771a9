/* What must hold before a service asks for more than it did: or everybody would be locked out at once. */
#include "protect.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include <liberations/client.h>

#include "admin_session.h"
#include "child.h"
#include "reason.h"

#define NONE_ENROLLED 9 /* how the child says it */

static int take_one(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                    const struct lbr_reason *reason)
{
	bool *any = context;

	(void)name;
	(void)counters;
	(void)reason;
	*any |= account != NULL && !account->disabled;
	return *any;
}

/* In a child: a process that opens the store gives up root for good. */
static int look_at_accounts(struct cli *cli)
{
	struct admin_session session = { .store = NULL };
	struct lbr_reason reason = { .text = "" };
	enum cli_status status = cli_admin_open(cli, &session);
	enum lbr_error error;
	bool any = false;

	if (status != CLI_DONE)
		return (int)status;
	error = lbr_store_list(session.store, take_one, &any, &reason);
	if (!any && error != LBR_OK)
		status = cli_fail_reason(cli, NULL, error, &reason);
	cli_admin_close(&session);
	return any ? CLI_DONE : status != CLI_DONE ? (int)status : NONE_ENROLLED;
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
	if (WEXITSTATUS(status) != NONE_ENROLLED)
		return (enum cli_status)WEXITSTATUS(status);
	return cli_has(job->cli, CLI_FORCE) ? CLI_DONE : cli_fail(job->cli, CLI_NO, TEXT_PROTECT_NOBODY, job->service, NULL);
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

enum cli_status cli_protect_ready(const struct job *job)
{
	enum cli_status status = has_accounts(job);

	if (status == CLI_DONE)
		status = has_agent(job);
	if (status == CLI_DONE && job->is_sshd && job->by == NULL)
		status = cli_protect_root(job);
	return status == CLI_DONE && job->is_sshd ? cli_sshd_judge(job) : status;
}
