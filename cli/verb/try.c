/* `try SERVICE USER`: signs in through a service's real PAM stack, as its users would. Opens no store and knows no secret
 * except the one typed. */
#include "try.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/settings.h>

#include "json.h"
#include "pam_places.h"
#include "pam_words.h"

#define NOT_DONE (-1)

struct trial {
	pam_handle_t *handle;
	int           authenticate, account, change, credentials; /* PAM codes, or NOT_DONE */
	bool          allowed;
};

/* Where libpam looks, pam.d(5); a machine with neither directory has everything in /etc/pam.conf. */
static bool is_service(const struct cli *cli, const char *service)
{
	const char *const named[] = { cli->confdir, NULL };
	const char *const *places = cli_has(cli, CLI_CONFDIR) ? named : cli_pam_places();
	const char *name = strrchr(service, '/') != NULL ? strrchr(service, '/') + 1 : service;
	bool any = cli_has(cli, CLI_CONFDIR);
	size_t at;
	char path[LBR_PATH_MAX];
	struct stat st;
	int len, letter;

	for (at = 0; places[at] != NULL; at++) {
		any |= access(places[at], F_OK) == 0;
		len = snprintf(path, sizeof(path), "%s/%s", places[at], name);
		for (letter = len - (int)strlen(name); len < (int)sizeof(path) && letter < len; letter++)
			path[letter] = (char)tolower((unsigned char)path[letter]);
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
			return true;
	}
	return !any && access("/etc/pam.conf", F_OK) == 0;
}

/* PAM itself would silently use "other". */
static enum cli_status fail_absent(const struct cli *cli, const char *service)
{
	return cli_fail(cli, CLI_FAULT, TEXT_ABSENT_SERVICE, cli_safe(service),
	                    cli_has(cli, CLI_CONFDIR) ? cli->confdir : "/etc/pam.d", NULL);
}

static enum cli_status start(const struct cli *cli, const char *service, const char *user, const struct pam_conv *conversation,
                             pam_handle_t **ret)
{
	const char *tty = isatty(STDIN_FILENO) ? ttyname(STDIN_FILENO) : NULL;
	int code;

	if (!is_service(cli, service))
		return fail_absent(cli, service);
	code = cli_has(cli, CLI_CONFDIR) ? pam_start_confdir(service, user, conversation, cli->confdir, ret) :
	       pam_start(service, user, conversation, ret);
	if (code == PAM_SUCCESS && tty != NULL)
		code = pam_set_item(*ret, PAM_TTY, tty);
	if (code == PAM_SUCCESS)
		return CLI_DONE;
	return cli_fail(cli, CLI_FAULT, TEXT_NO_SERVICE, cli_safe(service), cli_pam_words(cli->language, code), NULL);
}

static void say_step(const struct cli *cli, enum cli_text step, int code)
{
	if (!cli_has(cli, CLI_JSON))
		cli_write(stdout, cli->language, step, cli_pam_words(cli->language, code), NULL);
	(void)cli_flush();
}

/* The order in which sshd and login call; each step runs only if the one before it succeeded. */
static int run_steps(const struct cli *cli, struct trial *trial)
{
	int code = trial->authenticate = pam_authenticate(trial->handle, 0);

	say_step(cli, TEXT_TRY_AUTHENTICATE, code);
	if (code != PAM_SUCCESS)
		return code;
	code = trial->account = pam_acct_mgmt(trial->handle, 0);
	say_step(cli, TEXT_TRY_ACCOUNT, code);
	if (code == PAM_NEW_AUTHTOK_REQD) {
		code = trial->change = pam_chauthtok(trial->handle, PAM_CHANGE_EXPIRED_AUTHTOK);
		say_step(cli, TEXT_TRY_CHANGE, code);
	}
	if (code != PAM_SUCCESS)
		return code;
	code = trial->credentials = pam_setcred(trial->handle, PAM_ESTABLISH_CRED);
	say_step(cli, TEXT_TRY_CREDENTIALS, code);
	if (code == PAM_SUCCESS)
		(void)pam_setcred(trial->handle, PAM_DELETE_CRED);
	trial->allowed = code == PAM_SUCCESS;
	return code;
}

static json_t *step_json(const struct trial *trial, int code)
{
	return code == NOT_DONE ? json_null() : json_string(pam_strerror(trial->handle, code));
}

static void say_result(const struct cli *cli, const struct trial *trial)
{
	if (!cli_has(cli, CLI_JSON)) {
		cli_write(stdout, cli->language, trial->allowed ? TEXT_TRY_ALLOWED : TEXT_TRY_REFUSED, NULL);
		if (!trial->allowed)
			cli_write(stdout, cli->language, TEXT_TRY_WHY, NULL);
		return;
	}
	cli_json_line(json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b}",
	                        "service", json_string(cli_safe(cli->words[0])),
	                        "user", json_string(cli_safe(cli->words[1])),
	                        "authenticate", step_json(trial, trial->authenticate),
	                        "account", step_json(trial, trial->account), "change", step_json(trial, trial->change),
	                        "credentials", step_json(trial, trial->credentials), "allowed", trial->allowed));
}

enum cli_status cli_try(struct cli *cli)
{
	struct trial trial = { NULL, NOT_DONE, NOT_DONE, NOT_DONE, NOT_DONE, false };
	/* With --json, standard output is for the program that reads it. */
	FILE *to = cli_has(cli, CLI_JSON) ? stderr : stdout;
	const struct pam_conv conversation = { cli_try_converse, to };
	enum cli_status status = start(cli, cli->words[0], cli->words[1], &conversation, &trial.handle);
	int code = PAM_ABORT;

	if (status == CLI_DONE) {
		code = run_steps(cli, &trial);
		say_result(cli, &trial);
		status = trial.allowed ? CLI_DONE : CLI_NO;
	}
	if (trial.handle != NULL)
		pam_end(trial.handle, code);
	return status;
}
