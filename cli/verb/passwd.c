/* `passwd [USER]`: a person changes the password through PAM; an administrator makes a temporary one, never chooses it. */
#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "reason.h"
#include "temporary.h"
#include "try.h"

#define SERVICE "liberations"
#define PASSWD_TEXT_MAX 65536

/* Who runs this, by NSS. */
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

/* A stack that cannot judge at all is a fault; anything else is a no. */
static enum cli_status status_of(int code)
{
	switch (code) {
	case PAM_SUCCESS:
		return CLI_DONE;
	case PAM_AUTHINFO_UNAVAIL:
	case PAM_MODULE_UNKNOWN:
	case PAM_OPEN_ERR:
	case PAM_SYMBOL_ERR:
	case PAM_SERVICE_ERR:
	case PAM_SYSTEM_ERR:
	case PAM_BUF_ERR:
	case PAM_TRY_AGAIN: /* the preliminary check: no agent */
	case PAM_ABORT:
		return CLI_FAULT;
	default:
		return CLI_NO;
	}
}

static enum cli_status change_own(const struct cli *cli, const char *name)
{
	/* With --json standard output belongs to the program that reads it. */
	const struct pam_conv conversation = { cli_try_converse, cli_has(cli, CLI_JSON) ? stderr : stdout };
	pam_handle_t *handle = NULL;
	enum cli_status status = cli_try_start(cli, SERVICE, name, &conversation, &handle);
	int code = PAM_ABORT;

	if (status == CLI_DONE) {
		code = pam_chauthtok(handle, 0);
		status = status_of(code);
		if (code != PAM_SUCCESS)
			cli_fail(cli, status, TEXT_NOT_CHANGED, name, pam_strerror(handle, code), NULL);
		if (status == CLI_FAULT)
			cli_fail(cli, status, TEXT_NOT_JUDGED, NULL);
		if (cli_has(cli, CLI_JSON))
			cli_json_line(json_pack("{s:s, s:b}", "user", name, "changed", code == PAM_SUCCESS));
	}
	if (handle != NULL)
		pam_end(handle, code);
	return status;
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

	if (cli->count > 0 && cli_may_administer(cli))
		return make_temporary(cli);
	status = find_caller(cli, name);
	if (status != CLI_DONE)
		return status;
	if (cli->count > 0 && strcmp(cli->words[0], name) != 0)
		return cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NEEDS_ROOT, cli->verb->name, NULL);
	return change_own(cli, name);
}
