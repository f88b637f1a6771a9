/* Finds who will own the state directory, and creates the system's user and group. */
#include "init.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <liberations/become.h>

static char *const clean_environment[] = {
	(char[]){ "PATH=/usr/sbin:/usr/bin:/sbin:/bin" }, (char[]){ "LC_ALL=C" }, NULL
};

/* Runs the first of these programs that exists, without a shell. */
static bool run(const char *const programs[], const char *const arguments[])
{
	int status = 0;
	pid_t child;
	size_t at;

	(void)cli_flush();
	child = fork();
	if (child < 0)
		return false;
	if (child == 0) {
		for (at = 0; programs[at] != NULL; at++)
			execve(programs[at], (char **)(uintptr_t)arguments, clean_environment);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool cli_add_user(const char *name, const char *group)
{
	static const char *const programs[] = { "/usr/sbin/useradd", "/sbin/useradd", "/usr/bin/useradd", NULL };
	const char *const arguments[] = {
		"useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell",
		"/usr/sbin/nologin", name, group != NULL ? "--groups" : NULL, group, NULL
	};

	return run(programs, arguments);
}

bool cli_add_group(const char *name)
{
	static const char *const programs[] = { "/usr/sbin/groupadd", "/sbin/groupadd", "/usr/bin/groupadd", NULL };
	const char *const arguments[] = { "groupadd", "--system", name, NULL };

	return run(programs, arguments);
}

static bool take_user(struct init_state *state, const struct passwd *user)
{
	if (user == NULL)
		return false;
	state->uid = user->pw_uid;
	state->gid = user->pw_gid;
	return true;
}

static enum cli_status ensure_system_user(struct init_state *state)
{
	const struct cli *cli = state->cli;

	if (!take_user(state, getpwnam(SYSTEM_USER))) {
		if (!cli_add_user(SYSTEM_USER, NULL) || !take_user(state, getpwnam(SYSTEM_USER)))
			return cli_fail(cli, CLI_FAULT, TEXT_NO_SYSTEM_USER, SYSTEM_USER, NULL);
		state->new_user = true;
	}
	if (getgrnam(VERIFY_GROUP) == NULL) {
		if (!cli_add_group(VERIFY_GROUP))
			return cli_fail(cli, CLI_FAULT, TEXT_NO_SYSTEM_USER, VERIFY_GROUP, NULL);
		state->new_group = true;
	}
	return CLI_DONE;
}

/* A number is a user id whether or not the system has a name for it. */
static bool take_number(struct init_state *state, const char *word)
{
	char *end = NULL;
	unsigned long long number;

	if (word[0] < '0' || word[0] > '9')
		return false;
	errno = 0;
	number = strtoull(word, &end, 10);
	if (errno != 0 || *end != '\0' || number >= (uid_t)-1)
		return false;
	if (!take_user(state, getpwuid((uid_t)number))) {
		state->uid = (uid_t)number;
		state->gid = (gid_t)number;
	}
	return true;
}

static enum cli_status take_owner(struct init_state *state, const char *owner)
{
	if (!take_user(state, getpwnam(owner)) && !take_number(state, owner))
		return cli_fail(state->cli, CLI_USAGE, TEXT_NO_OWNER, cli_safe(owner), NULL);
	if (state->uid == 0 || state->gid == 0)
		return cli_fail(state->cli, CLI_USAGE, TEXT_OWNER_ROOT, NULL);
	snprintf(state->user, sizeof(state->user), "%s", owner);
	return CLI_DONE;
}

enum cli_status cli_init_owner(struct init_state *state)
{
	struct cli *cli = state->cli;
	enum cli_status status;

	if (geteuid() != 0 && !state->scratch)
		return cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NEEDS_ROOT, cli->verb->name, NULL);
	if (geteuid() == 0 && !state->scratch) {
		status = ensure_system_user(state);
		return status == CLI_DONE && cli->owner != NULL ? take_owner(state, cli->owner) : status;
	}
	/* A configuration that is there names its own (cli_init_user). */
	if (cli->owner == NULL && geteuid() == 0)
		return access(cli->config, F_OK) == 0 ? CLI_DONE : take_owner(state, SYSTEM_USER);
	state->uid = geteuid();
	state->gid = getegid();
	snprintf(state->user, sizeof(state->user), "%u", (unsigned)state->uid);
	if (cli->owner == NULL)
		return CLI_DONE;
	status = take_owner(state, cli->owner);
	if (status == CLI_DONE && geteuid() != 0 && state->uid != geteuid())
		status = cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NEEDS_ROOT, cli->verb->name, NULL);
	return status;
}

/* An existing configuration decides: agent and command believe it, and no option. */
enum cli_status cli_init_user(struct init_state *state)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_owner owner;
	enum lbr_error error;

	if (geteuid() != 0)
		return CLI_DONE;
	error = lbr_owner_find(state->settings.user, &owner, &reason);
	if (error != LBR_OK) {
		cli_fail_reason(state->cli, state->cli->config, error, &reason);
		return CLI_FAULT;
	}
	if (state->cli->owner != NULL && owner.uid != state->uid)
		return cli_fail(state->cli, CLI_USAGE, TEXT_OWNER_DIFFERS, cli_safe(state->cli->owner), state->cli->config,
		                state->settings.user, NULL);
	return state->cli->owner == NULL ? take_owner(state, state->settings.user) : CLI_DONE;
}
