/* sshd's configuration, as `sshd -T` tells it. */
#include "doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

#define SSHD "/usr/sbin/sshd"
#define SETTINGS_MAX 65536
#define TRIES_MIN 3
#define GRACE_MIN_S 120

struct sshd_settings {
	const char *use_pam, *interactive, *password, *tries, *grace, *methods;
};

static void take(struct sshd_settings *ret, const char *word, const char *value)
{
	const struct { const char *word; const char **value; } wanted[] = {
		{ "usepam", &ret->use_pam }, { "kbdinteractiveauthentication", &ret->interactive },
		{ "challengeresponseauthentication", &ret->interactive }, { "passwordauthentication", &ret->password },
		{ "maxauthtries", &ret->tries }, { "logingracetime", &ret->grace }, { "authenticationmethods", &ret->methods },
	};
	size_t at;

	for (at = 0; at < sizeof(wanted) / sizeof(wanted[0]); at++)
		if (strcmp(word, wanted[at].word) == 0)
			*wanted[at].value = value;
}

/* The first value wins, so a file of its own that is read first repairs each of them. */
static void say(struct findings *to, enum finding_level level, const char *line, enum cli_text text, const char *value)
{
	char fix[256];

	snprintf(fix, sizeof(fix),
	         "echo '%s' | sudo tee -a /etc/ssh/sshd_config.d/10-liberations.conf && sudo systemctl reload ssh", line);
	cli_finding_add(to, level, "sshd", "sshd", 0, fix, text, value, NULL);
}

static bool is(const char *value, const char *word)
{
	return value != NULL && strcmp(value, word) == 0;
}

/* A number below the bound; 0 of LoginGraceTime means none. */
static bool is_below(const char *value, long bound)
{
	long number = value != NULL ? strtol(value, NULL, 10) : 0;

	return number > 0 && number < bound;
}

/* "any" is sshd's word for none. One list without keyboard-interactive asks nobody for a token. */
static bool lacks_interactive(const char *methods)
{
	char text[1024], *list, *rest = text;

	if (methods == NULL || strcmp(methods, "any") == 0)
		return false;
	snprintf(text, sizeof(text), "%s", methods);
	while ((list = strsep(&rest, " ")) != NULL)
		if (list[0] != '\0' && strstr(list, "keyboard-interactive") == NULL)
			return true;
	return false;
}

void cli_sshd_judge(char *settings, struct findings *to)
{
	struct sshd_settings found = { .use_pam = NULL };
	char *line, *rest = settings, *value;

	while ((line = strsep(&rest, "\n")) != NULL) {
		value = strchr(line, ' ');
		if (value != NULL) {
			*value++ = '\0';
			take(&found, line, value);
		}
	}
	if (is(found.use_pam, "no"))
		say(to, FINDING_CRITICAL, "UsePAM yes", TEXT_DOCTOR_SSHD_PAM, "");
	if (is(found.interactive, "no"))
		say(to, FINDING_CRITICAL, "KbdInteractiveAuthentication yes", TEXT_DOCTOR_SSHD_INTERACTIVE, "");
	if (is(found.password, "yes"))
		say(to, FINDING_WARNING, "PasswordAuthentication no", TEXT_DOCTOR_SSHD_PASSWORD, "");
	if (is_below(found.tries, TRIES_MIN))
		say(to, FINDING_WARNING, "MaxAuthTries 6", TEXT_DOCTOR_SSHD_TRIES, found.tries);
	if (is_below(found.grace, GRACE_MIN_S))
		say(to, FINDING_WARNING, "LoginGraceTime 300", TEXT_DOCTOR_SSHD_GRACE, found.grace);
	if (lacks_interactive(found.methods))
		say(to, FINDING_WARNING, "AuthenticationMethods keyboard-interactive", TEXT_DOCTOR_SSHD_METHODS,
		    cli_safe(found.methods));
}

/* Returns its exit status, as waitpid(2) does; -1 if it did not start. */
static int ask_sshd(const char *file, char ret[SETTINGS_MAX])
{
	static char program[] = SSHD, test[] = "-T", with[] = "-f";
	char name[FINDING_PATH];
	char *const words[] = { program, test, file != NULL ? with : NULL, name, NULL };
	int status = -1;
	FILE *printed;
	pid_t child;

	snprintf(name, sizeof(name), "%s", file != NULL ? file : "");
	if (cli_child_read(words, &printed, &child) != 0)
		return -1;
	ret[fread(ret, 1, SETTINGS_MAX - 1, printed)] = '\0';
	fclose(printed);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

void cli_doctor_sshd(struct doctor *on)
{
	static char settings[SETTINGS_MAX];

	if (access(SSHD, X_OK) != 0) {
		cli_finding_add(&on->found, FINDING_NOTE, "sshd", SSHD, 0, "", TEXT_DOCTOR_SSHD_NONE, NULL);
		return;
	}
	if (geteuid() != 0 && !cli_has(on->cli, CLI_SSHD_CONFIG))
		return;
	if (ask_sshd(on->cli->sshd_config, settings) == 0)
		cli_sshd_judge(settings, &on->found);
	else
		cli_finding_add(&on->found, FINDING_WARNING, "sshd", SSHD, 0, "sudo sshd -t", TEXT_DOCTOR_SSHD_FAILS, NULL);
}
