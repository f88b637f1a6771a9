#include "on_behalf.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "option_table.h"
#include "reason.h"

#define CALLER_GROUPS_MAX 1024
#define NOT_A_UID ((uid_t)-1)

struct caller_rights {
	uid_t uid;
	gid_t gid;
	gid_t groups[CALLER_GROUPS_MAX];
	int   count;
};

static uid_t read_uid(const char *text)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || number >= NOT_A_UID)
		return NOT_A_UID;
	return (uid_t)number;
}

/* Of two who are not root, neither is certain. */
static void add_caller(uid_t uid, uid_t *ret)
{
	if (uid != 0)
		*ret = *ret == 0 || *ret == uid ? uid : NOT_A_UID;
}

bool cli_on_behalf(uid_t *ret)
{
	const char *sudo = getenv("SUDO_UID"), *pkexec = getenv("PKEXEC_UID"), *doas = getenv("DOAS_USER");
	const struct passwd *user;

	*ret = getuid();
	if (geteuid() != 0)
		return false;
	if (*ret != 0)
		return true;
	if (sudo != NULL)
		add_caller(read_uid(sudo), ret);
	if (pkexec != NULL)
		add_caller(read_uid(pkexec), ret);
	if (doas != NULL) {
		user = getpwnam(doas);
		add_caller(user != NULL ? user->pw_uid : NOT_A_UID, ret);
	}
	return *ret != 0;
}

/* Without a name there are no groups to know of. */
static bool find_rights(struct caller_rights *rights)
{
	const struct passwd *user;

	rights->gid = (gid_t)-1;
	rights->count = 0;
	if (rights->uid == NOT_A_UID)
		return false;
	user = getpwuid(rights->uid);
	if (user == NULL)
		return false;
	rights->gid = user->pw_gid;
	rights->count = CALLER_GROUPS_MAX;
	return getgrouplist(user->pw_name, user->pw_gid, rights->groups, &rights->count) >= 0;
}

static bool take_rights(const struct caller_rights *rights)
{
	return setgroups((size_t)rights->count, rights->groups) == 0 && setegid(rights->gid) == 0 && seteuid(rights->uid) == 0;
}

/* A process that keeps half of two users' rights is worth nothing. */
static void give_back(gid_t gid, const gid_t *groups, int count)
{
	if (seteuid(0) != 0 || setegid(gid) != 0 || setgroups((size_t)count, groups) != 0)
		_exit(CLI_FAULT);
}

bool cli_on_behalf_become(void)
{
	static struct caller_rights rights;

	if (!cli_on_behalf(&rights.uid))
		return true;
	return find_rights(&rights) && setgroups((size_t)rights.count, rights.groups) == 0 &&
	       setresgid(rights.gid, rights.gid, rights.gid) == 0 && setresuid(rights.uid, rights.uid, rights.uid) == 0;
}

int cli_on_behalf_create(const char *path, int flags, mode_t mode)
{
	static struct caller_rights rights;
	static gid_t groups[CALLER_GROUPS_MAX];
	gid_t gid = getegid();
	int count, fd = -1, saved = EACCES;

	if (!cli_on_behalf(&rights.uid))
		return open(path, flags | O_CLOEXEC | O_NOCTTY, mode);
	count = getgroups(CALLER_GROUPS_MAX, groups);
	if (count >= 0 && find_rights(&rights)) {
		if (take_rights(&rights)) {
			fd = open(path, flags | O_CLOEXEC | O_NOCTTY, mode);
			saved = errno;
		}
		give_back(gid, groups, count);
	}
	errno = saved;
	return fd;
}

int cli_on_behalf_open(const char *path, int flags)
{
	return cli_on_behalf_create(path, O_RDONLY | flags, 0);
}

/* The file is not opened again, by a name that the caller may have given to another. Where no setuid program would be believed, as
 * on a disk that the caller brought, no owner is. */
static enum cli_status judge_config(struct cli *cli)
{
	struct statvfs mounted;

	cli->config_fd = cli_on_behalf_open(cli->config, O_NONBLOCK | O_NOFOLLOW);
	if (cli->config_fd < 0)
		return cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NOT_YOURS, cli_safe(cli->config), cli_errno(cli->language, errno), NULL);
	if (fstatvfs(cli->config_fd, &mounted) != 0 || (mounted.f_flag & ST_NOSUID) != 0)
		return cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NOT_ROOTS, cli_safe(cli->config), NULL);
	return CLI_DONE;
}

enum cli_status cli_on_behalf_judge(struct cli *cli)
{
	uid_t caller;
	size_t at;

	if (!cli_on_behalf(&caller))
		return CLI_DONE;
	for (at = 0; at < CLI_PLACES; at++)
		if (cli_option_rows[at].root_only && cli_has(cli, cli_option_rows[at].option))
			return cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NOT_BY_SUDO, cli->verb->name, cli_option_rows[at].word, NULL);
	return cli_has(cli, CLI_CONFIG) ? judge_config(cli) : CLI_DONE;
}
