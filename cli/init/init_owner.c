/* Who will own the state directory, and the system's user and group. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>

static char *const clean_environment[] = {
	(char[]){ "PATH=/usr/sbin:/usr/bin:/sbin:/bin" }, (char[]){ "LC_ALL=C" }, NULL
};

/* Runs the first of these programs that is there, without a shell. */
static bool run(const char *const programs[], char *const arguments[])
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
			execve(programs[at], arguments, clean_environment);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool add_user(void)
{
	static const char *const programs[] = { "/usr/sbin/useradd", "/sbin/useradd", "/usr/bin/useradd", NULL };
	char *const arguments[] = {
		(char[]){ "useradd" }, (char[]){ "--system" }, (char[]){ "--user-group" },
		(char[]){ "--no-create-home" }, (char[]){ "--home-dir" }, (char[]){ "/nonexistent" },
		(char[]){ "--shell" }, (char[]){ "/usr/sbin/nologin" }, (char[]){ SYSTEM_USER }, NULL
	};

	return run(programs, arguments);
}

static bool add_group(void)
{
	static const char *const programs[] = { "/usr/sbin/groupadd", "/sbin/groupadd", "/usr/bin/groupadd", NULL };
	char *const arguments[] = { (char[]){ "groupadd" }, (char[]){ "--system" }, (char[]){ VERIFY_GROUP }, NULL };

	return run(programs, arguments);
}

static bool take_user(struct founding *founding, const struct passwd *user)
{
	if (user == NULL)
		return false;
	founding->uid = user->pw_uid;
	founding->gid = user->pw_gid;
	return true;
}

static enum cli_status ensure_system_user(struct founding *founding)
{
	const struct cli *cli = founding->cli;

	if (!take_user(founding, getpwnam(SYSTEM_USER))) {
		if (!add_user() || !take_user(founding, getpwnam(SYSTEM_USER)))
			return cli_complain(cli, CLI_FAULT, TEXT_NO_SYSTEM_USER, SYSTEM_USER, NULL);
		founding->new_user = true;
	}
	if (getgrnam(VERIFY_GROUP) == NULL) {
		if (!add_group())
			return cli_complain(cli, CLI_FAULT, TEXT_NO_SYSTEM_USER, VERIFY_GROUP, NULL);
		founding->new_group = true;
	}
	return CLI_DONE;
}

/* A number is a user id whether or not the system has a name for it. */
static bool take_number(struct founding *founding, const char *word)
{
	char *end = NULL;
	unsigned long long number;

	if (word[0] < '0' || word[0] > '9')
		return false;
	errno = 0;
	number = strtoull(word, &end, 10);
	if (errno != 0 || *end != '\0' || number >= (uid_t)-1)
		return false;
	if (!take_user(founding, getpwuid((uid_t)number))) {
		founding->uid = (uid_t)number;
		founding->gid = (gid_t)number;
	}
	return true;
}

static enum cli_status take_owner(struct founding *founding, const char *owner)
{
	if (!take_user(founding, getpwnam(owner)) && !take_number(founding, owner))
		return cli_complain(founding->cli, CLI_USAGE, TEXT_NO_OWNER, cli_safe(owner), NULL);
	if (founding->uid == 0 || founding->gid == 0)
		return cli_complain(founding->cli, CLI_USAGE, TEXT_OWNER_ROOT, NULL);
	return CLI_DONE;
}

enum cli_status cli_init_owner(struct founding *founding)
{
	struct cli *cli = founding->cli;
	enum cli_status status;

	if (geteuid() != 0 && !founding->scratch)
		return cli_complain(cli, CLI_NOT_ALLOWED, TEXT_NEEDS_ROOT, cli->verb->name, NULL);
	if (geteuid() == 0 && !founding->scratch) {
		status = ensure_system_user(founding);
		return status == CLI_DONE && cli->owner != NULL ? take_owner(founding, cli->owner) : status;
	}
	if (cli->owner == NULL && geteuid() == 0)
		return take_owner(founding, SYSTEM_USER);
	founding->uid = geteuid();
	founding->gid = getegid();
	if (cli->owner == NULL)
		return CLI_DONE;
	status = take_owner(founding, cli->owner);
	if (status == CLI_DONE && geteuid() != 0 && founding->uid != geteuid())
		status = cli_complain(cli, CLI_NOT_ALLOWED, TEXT_NEEDS_ROOT, cli->verb->name, NULL);
	return status;
}
