/* `passwd [USER]`: a person changes the password, and the agent asks and decides. An administrator makes a temporary one and
 * cannot choose it. */
#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent_link.h"
#include "json.h"
#include "reason.h"
#include "temporary.h"

#define PASSWD_TEXT_MAX 65536

/* The user who runs this, according to NSS. */
static enum cli_status find_caller(const struct cli *cli, char ret[LBR_NAME_MAX + 1])
{
	static char text[PASSWD_TEXT_MAX];
	struct passwd entry, *found = NULL;
	char number[24];
	int error = getpwuid_r(getuid(), &entry, text, sizeof(text), &found);

	ret[0] = '\0';
	snprintf(number, sizeof(number), "uid %u", (unsigned)getuid());
	if (found == NULL && error != 0 && error != ENOENT && error != ESRCH)
		return cli_fail(cli, CLI_FAULT, TEXT_NSS, number, cli_errno(cli->language, error), NULL);
	if (found == NULL || lbr_name_check(found->pw_name) != LBR_OK)
		return cli_fail(cli, CLI_NO, TEXT_NO_OWNER, number, NULL);
	memcpy(ret, found->pw_name, strlen(found->pw_name) + 1);
	return CLI_DONE;
}

/* Checks first whether a change is possible at all: better now than after the new password was typed twice. */
static enum cli_status change(const struct cli *cli, const char *name, enum lbr_status *ret)
{
	struct lbr_request request = { .kind = LBR_REQUEST_CHANGE, .prelim = true };
	struct lbr_client client;
	enum cli_status status;

	memcpy(request.user, name, strlen(name) + 1);
	status = cli_agent_prove(cli, &client, &request, ret);
	request.prelim = false;
	if (status == CLI_DONE && *ret == LBR_STATUS_ALLOW)
		status = cli_agent_request(cli, &client, &request, ret);
	lbr_client_close(&client);
	lbr_wipe(&request, sizeof(request));
	return status;
}

static enum cli_status change_own(const struct cli *cli, const char *name)
{
	enum lbr_status result = LBR_STATUS_UNAVAILABLE;
	enum cli_status status = change(cli, name, &result);
	bool changed = status == CLI_DONE && result == LBR_STATUS_ALLOW;
	bool perhaps = status == CLI_DONE && result == LBR_STATUS_PERHAPS;

	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:o}", "user", name, "changed", perhaps ? json_null() : json_boolean(changed)));
	if (status != CLI_DONE)
		return status;
	if (perhaps)
		return cli_fail(cli, CLI_FAULT, TEXT_PERHAPS_CHANGED, name, NULL);
	if (result == LBR_STATUS_UNAVAILABLE || result == LBR_STATUS_NOT_READY)
		return cli_fail(cli, CLI_FAULT, TEXT_AGENT_UNAVAILABLE, NULL);
	return changed ? CLI_DONE : cli_fail(cli, CLI_NO, TEXT_NOT_CHANGED, name, NULL);
}

static enum cli_status make_temporary(struct cli *cli)
{
	struct shown_count shown = { .confirmed = 0 };
	struct person person;
	struct reissue anew = { .show = cli_temporary_print, .context = &shown, .person = &person };
	struct admin_session session = { .store = NULL };
	enum cli_status status;
	bool shown_all = true;

	cli_person_find(cli->words[0], &person);
	status = cli_admin_open(cli, &session);
	if (status == CLI_DONE) {
		anew.life_s = session.settings.invitation_life_s;
		status = cli_temporary_reissue(cli, &session, cli->words[0], &anew, &shown_all);
	}
	if (status == CLI_DONE && isatty(STDOUT_FILENO) && !cli_has(cli, CLI_JSON))
		cli_write(stdout, cli->language, shown.confirmed > 0 ? TEXT_PASSWD_NEXT : TEXT_INVITE_NEXT, NULL);
	cli_admin_close(&session);
	return status;
}

enum cli_status cli_passwd(struct cli *cli)
{
	char name[LBR_NAME_MAX + 1];
	enum cli_status status;

	if (cli_has(cli, CLI_SOCKET) && cli_has(cli, CLI_AGENT))
		return cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name, "--socket", "--agent", NULL);
	if (cli->count > 0 && cli_may_administer(cli)) {
		/* An agent was named: somebody means to change a password, and must not end one. */
		if (cli_has(cli, CLI_SOCKET) || cli_has(cli, CLI_AGENT))
			return cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name,
			                cli_has(cli, CLI_SOCKET) ? "--socket" : "--agent", cli_safe(cli->words[0]), NULL);
		return make_temporary(cli);
	}
	cli_agent_adopt_language(cli);
	status = find_caller(cli, name);
	if (status != CLI_DONE)
		return status;
	if (cli->count > 0 && strcmp(cli->words[0], name) != 0)
		return cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NEEDS_ROOT, cli->verb->name, NULL);
	return change_own(cli, name);
}
