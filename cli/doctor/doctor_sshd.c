/* sshd's configuration, as `sshd -T` tells it. */
#include "doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sshd_ask.h"
#include "sshd_match.h"

#define TRIES_MIN 3
#define GRACE_MIN_S 120

struct sshd_settings {
	const char *use_pam, *service, *interactive, *password, *tries, *grace, *methods;
};

static void take(struct sshd_settings *ret, const char *word, const char *value)
{
	const struct { const char *word; const char **value; } wanted[] = {
		{ "usepam", &ret->use_pam }, { "pamservicename", &ret->service },
		{ "kbdinteractiveauthentication", &ret->interactive },
		{ "challengeresponseauthentication", &ret->interactive }, { "passwordauthentication", &ret->password },
		{ "maxauthtries", &ret->tries }, { "logingracetime", &ret->grace }, { "authenticationmethods", &ret->methods },
	};
	size_t at;

	for (at = 0; at < sizeof(wanted) / sizeof(wanted[0]); at++)
		if (strcmp(word, wanted[at].word) == 0)
			*wanted[at].value = value;
}

enum sshd_fault {
	FAULT_PAM = 1, FAULT_INTERACTIVE = 2, FAULT_PASSWORD = 4, FAULT_TRIES = 8, FAULT_GRACE = 16, FAULT_METHODS = 32,
	FAULT_SERVICE = 64,
};

struct sshd_judging {
	struct findings *to;
	const char      *path;   /* of a Match block; NULL: what holds outside of them */
	unsigned         number; /* its line */
	bool             lines;  /* name them outside of Match blocks too */
	unsigned         told;   /* faults that were told already, and those told now */
};

/* Outside of Match blocks the first value wins, so a file of its own that is read first repairs each of them. */
static void say(struct sshd_judging *on, enum sshd_fault fault, enum finding_level level, const char *line, enum cli_text text,
                const char *value)
{
	char fix[FINDING_PATH + 64], path[FINDING_PATH] = "sshd";
	unsigned number = 0;

	if ((on->told & fault) != 0)
		return;
	on->told |= fault;
	if (on->path != NULL)
		snprintf(fix, sizeof(fix), "sudoedit +%u %s", on->number, on->path);
	else
		snprintf(fix, sizeof(fix), "echo '%s' | sudo tee -a /etc/ssh/sshd_config.d/10-liberations.conf && "
		         "sudo systemctl reload ssh", line);
	if (on->path == NULL && on->lines)
		(void)cli_sshd_sets(line, path, &number);
	if (on->path != NULL)
		cli_finding_add(on->to, level, "sshd", on->path, on->number, fix, text, value, NULL);
	else
		cli_finding_add(on->to, level, "sshd", path, number, fix, text, value, NULL);
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

static struct sshd_settings take_all(char *settings)
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
	return found;
}

static void judge(char *settings, struct sshd_judging *on)
{
	const struct sshd_settings found = take_all(settings);

	if (is(found.use_pam, "no"))
		say(on, FAULT_PAM, FINDING_CRITICAL, "UsePAM yes", TEXT_DOCTOR_SSHD_PAM, "");
	if (found.service != NULL && !is(found.service, "sshd"))
		say(on, FAULT_SERVICE, FINDING_WARNING, "PAMServiceName sshd", TEXT_DOCTOR_SSHD_SERVICE, cli_safe(found.service));
	if (is(found.interactive, "no"))
		say(on, FAULT_INTERACTIVE, FINDING_CRITICAL, "KbdInteractiveAuthentication yes",
		    TEXT_DOCTOR_SSHD_INTERACTIVE, "");
	if (is(found.password, "yes"))
		say(on, FAULT_PASSWORD, FINDING_WARNING, "PasswordAuthentication no", TEXT_DOCTOR_SSHD_PASSWORD, "");
	if (is_below(found.tries, TRIES_MIN))
		say(on, FAULT_TRIES, FINDING_WARNING, "MaxAuthTries 6", TEXT_DOCTOR_SSHD_TRIES, found.tries);
	if (is_below(found.grace, GRACE_MIN_S))
		say(on, FAULT_GRACE, FINDING_WARNING, "LoginGraceTime 300", TEXT_DOCTOR_SSHD_GRACE, found.grace);
	if (lacks_interactive(found.methods))
		say(on, FAULT_METHODS, FINDING_WARNING, "AuthenticationMethods keyboard-interactive",
		    TEXT_DOCTOR_SSHD_METHODS, cli_safe(found.methods));
}

static const char *asked(const struct doctor *on)
{
	return on->sshd_rehearsal != NULL ? on->sshd_rehearsal : on->cli->sshd_config;
}

struct sshd_looking {
	struct doctor *doctor;
	unsigned       told; /* outside of Match blocks */
};

static void look_at_match(void *context, const struct sshd_connection *to, const char *path, unsigned number)
{
	const struct sshd_looking *on = context;
	struct sshd_judging judging = { &on->doctor->found, path, number, false, on->told };
	static char settings[SSHD_SETTINGS_MAX];
	char connection[7 * SSHD_WORD_MAX];

	snprintf(connection, sizeof(connection), "user=%s,host=%s,addr=%s,laddr=%s,lport=%s,rdomain=%s", to->user, to->host,
	         to->address, to->local_address, to->local_port, to->domain);
	if (to->known && cli_sshd_ask(asked(on->doctor), connection, settings) == 0)
		judge(settings, &judging);
	else
		cli_finding_add(&on->doctor->found, FINDING_NOTE, "sshd", path, number, "man sshd_config",
		                TEXT_DOCTOR_SSHD_MATCH, NULL);
}

void cli_doctor_sshd(struct doctor *on)
{
	struct sshd_judging judging = { .to = &on->found, .lines = on->sshd_lines };
	struct sshd_looking looking = { .doctor = on };
	char somebody[] = "user=x,host=x,addr=192.0.2.1,laddr=192.0.2.2,lport=22,rdomain=x";
	static char settings[SSHD_SETTINGS_MAX];

	if (access(SSHD, X_OK) != 0) {
		cli_finding_add(&on->found, FINDING_NOTE, "sshd", SSHD, 0, "", TEXT_DOCTOR_SSHD_NONE, NULL);
		return;
	}
	if (geteuid() != 0 && !cli_has(on->cli, CLI_SSHD_CONFIG))
		return;
	/* Some Match blocks make it insist on a connection. */
	if (cli_sshd_ask(asked(on), NULL, settings) != 0 && cli_sshd_ask(asked(on), somebody, settings) != 0) {
		cli_finding_add(&on->found, FINDING_WARNING, "sshd", SSHD, 0, "sudo sshd -t", TEXT_DOCTOR_SSHD_FAILS, NULL);
		return;
	}
	judge(settings, &judging);
	looking.told = judging.told;
	cli_sshd_matches(on->cli->sshd_config, look_at_match, &looking);
}
