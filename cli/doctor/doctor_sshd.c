/* sshd's configuration, as `sshd -T` tells it. */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <liberations/wait.h>

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

static int start(int out, const char *file, pid_t *ret)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", program[] = SSHD, test[] = "-T", with[] = "-f";
	char name[FINDING_PATH];
	char *const words[] = { program, test, file != NULL ? with : NULL, name, NULL };
	char *const environment[] = { path, NULL };
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error != 0)
		return error;
	snprintf(name, sizeof(name), "%s", file != NULL ? file : "");
	error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (error == 0)
		error = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (error == 0)
		error = posix_spawn(ret, SSHD, &actions, NULL, words, environment);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static void read_all(int fd, char ret[SETTINGS_MAX])
{
	size_t len = 0;
	ssize_t got;

	while (len < SETTINGS_MAX - 1 && ((got = read(fd, ret + len, SETTINGS_MAX - 1 - len)) > 0 || (got < 0 && errno == EINTR)))
		len += got > 0 ? (size_t)got : 0;
	ret[len] = '\0';
}

void cli_doctor_sshd(struct doctor *on)
{
	static char settings[SETTINGS_MAX];
	int ends[2], status = -1;
	pid_t child;

	if (access(SSHD, X_OK) != 0) {
		cli_finding_add(&on->found, FINDING_NOTE, "sshd", SSHD, 0, "", TEXT_DOCTOR_SSHD_NONE, NULL);
		return;
	}
	if (geteuid() != 0 && !cli_has(on->cli, CLI_SSHD_CONFIG))
		return;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return;
	if (start(ends[1], on->cli->sshd_config, &child) == 0) {
		close(ends[1]);
		read_all(ends[0], settings);
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			;
	} else {
		close(ends[1]);
	}
	close(ends[0]);
	if (status == 0)
		cli_sshd_judge(settings, &on->found);
	else
		cli_finding_add(&on->found, FINDING_WARNING, "sshd", SSHD, 0, "sudo sshd -t", TEXT_DOCTOR_SSHD_FAILS, NULL);
}
