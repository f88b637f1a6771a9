/* Can root sign in with a key alone? It is the way back in, whatever becomes of this module. */
#include "protect.h"

#include <fnmatch.h>
#include <grp.h>
#include <pwd.h>
#include <shadow.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "root_key.h"
#include "sshd_ask.h"

#define CONNECTION "user=root,host=x,addr=192.0.2.1,laddr=192.0.2.2,lport=22,rdomain=x"
#define ROOT_GROUPS 256
#define DAY_S 86400
#define RSA_BITS 1024 /* what an sshd insists on that cannot be told */

struct root_way {
	char why[2 * PLACE_PATH]; /* the directive that bars root, as it is written; "": none */
	char files[PLACE_PATH];   /* AuthorizedKeysFile */
	bool strict;              /* StrictModes */
	struct key_rules rules;
	char lists[2][PLACE_PATH]; /* AllowUsers, AllowGroups */
	bool found[2];             /* one of them is root's */
};

static bool is_one_of(const char *value, const char *const *words)
{
	while (*words != NULL && strcmp(value, *words) != 0)
		words++;
	return *words != NULL;
}

/* A list that is a key alone, or no list at all. */
static bool suffices(const char *methods)
{
	char text[1024], *list, *rest = text;

	snprintf(text, sizeof(text), "%s", methods);
	while ((list = strsep(&rest, " ")) != NULL)
		if (strcmp(list, "publickey") == 0 || strcmp(list, "any") == 0)
			return true;
	return false;
}

/* USER or USER@HOST: from one host is a way too, and barred from one is no bar. */
static bool is_root(const char *pattern, bool whole)
{
	char name[PLACE_PATH];

	snprintf(name, sizeof(name), "%s", pattern);
	if (!whole)
		name[strcspn(name, "@")] = '\0';
	return fnmatch(name, "root", 0) == 0;
}

static bool is_roots_group(const char *pattern)
{
	gid_t list[ROOT_GROUPS];
	const struct group *group;
	int count = ROOT_GROUPS, at;

	if (getgrouplist("root", 0, list, &count) < 0)
		return false;
	for (at = 0; at < count; at++) {
		group = getgrgid(list[at]);
		if (group != NULL && fnmatch(pattern, group->gr_name, 0) == 0)
			return true;
	}
	return false;
}

static void bar(struct root_way *on, const char *directive, const char *value)
{
	if (on->why[0] == '\0')
		snprintf(on->why, sizeof(on->why), "%s %s", directive, value);
}

static void append(char list[PLACE_PATH], const char *value)
{
	size_t len = strlen(list);

	snprintf(list + len, PLACE_PATH - len, "%s%s", len > 0 ? " " : "", value);
}

static void take_list(struct root_way *on, const char *word, const char *value)
{
	if (strcmp(word, "allowusers") == 0) {
		append(on->lists[0], value);
		on->found[0] |= is_root(value, false);
	} else if (strcmp(word, "allowgroups") == 0) {
		append(on->lists[1], value);
		on->found[1] |= is_roots_group(value);
	} else if (strcmp(word, "denyusers") == 0 && is_root(value, true)) {
		bar(on, "DenyUsers", value);
	} else if (strcmp(word, "denygroups") == 0 && is_roots_group(value)) {
		bar(on, "DenyGroups", value);
	}
}

static void take_key_rule(struct root_way *on, const char *word, const char *value)
{
	if (strcmp(word, "pubkeyacceptedalgorithms") == 0 || strcmp(word, "pubkeyacceptedkeytypes") == 0)
		on->rules.accepted = value;
	else if (strcmp(word, "requiredrsasize") == 0)
		on->rules.rsa_bits = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(word, "authorizedkeysfile") == 0)
		snprintf(on->files, sizeof(on->files), "%s", value);
	else if (strcmp(word, "strictmodes") == 0)
		on->strict = strcmp(value, "yes") == 0;
}

static void take(struct root_way *on, const char *word, const char *value)
{
	static const char *const barred[] = { "no", "forced-commands-only", NULL };

	if (strcmp(word, "permitrootlogin") == 0 && is_one_of(value, barred))
		bar(on, "PermitRootLogin", value);
	else if (strcmp(word, "pubkeyauthentication") == 0 && strcmp(value, "no") == 0)
		bar(on, "PubkeyAuthentication", value);
	else if (strcmp(word, "authenticationmethods") == 0 && !suffices(value))
		bar(on, "AuthenticationMethods", value);
	else if (strcmp(word, "forcecommand") == 0 && strcmp(value, "none") != 0)
		bar(on, "ForceCommand", value);
	else if (strcmp(word, "chrootdirectory") == 0 && strcmp(value, "none") != 0)
		bar(on, "ChrootDirectory", value);
	else if (strcmp(word, "maxsessions") == 0 && strcmp(value, "0") == 0)
		bar(on, "MaxSessions", value);
	take_list(on, word, value);
	take_key_rule(on, word, value);
}

static bool ask(struct root_way *ret)
{
	static char settings[SSHD_SETTINGS_MAX];
	char connection[] = CONNECTION, *line, *rest = settings, *value;

	if (cli_sshd_ask(NULL, connection, settings) != 0)
		return false;
	while ((line = strsep(&rest, "\n")) != NULL) {
		value = strchr(line, ' ');
		if (value != NULL) {
			*value++ = '\0';
			take(ret, line, value);
		}
	}
	if (ret->lists[0][0] != '\0' && !ret->found[0])
		bar(ret, "AllowUsers", ret->lists[0]);
	if (ret->lists[1][0] != '\0' && !ret->found[1])
		bar(ret, "AllowGroups", ret->lists[1]);
	return true;
}

/* sshd lets nobody in whose shell cannot be run; these two run, and end at once. */
static bool is_shell(const char *path)
{
	const char *name = strrchr(path, '/');

	if (path[0] == '\0') /* then it is /bin/sh */
		return true;
	return access(path, X_OK) == 0 && name != NULL && strcmp(name, "/nologin") != 0 && strcmp(name, "/false") != 0;
}

/* As pam_unix(8) reads shadow(5) in the account phase, which follows upon a key too: the account is over, or a password that
 * expired was not changed for longer than is allowed. One that can still be changed at the sign-in bars nobody. */
static bool has_expired(const struct spwd *shadow, int64_t today)
{
	int64_t age = today - shadow->sp_lstchg;

	if (shadow->sp_expire >= 0 && today >= shadow->sp_expire)
		return true;
	return shadow->sp_lstchg > 0 && shadow->sp_max >= 0 && shadow->sp_inact >= 0 &&
	       age > shadow->sp_max + shadow->sp_inact;
}

static bool root_has_expired(const char *name)
{
	const struct spwd *shadow = getspnam(name);

	return shadow != NULL && has_expired(shadow, cli_host_now_s() / DAY_S);
}

enum cli_status cli_protect_root(const struct job *job)
{
	struct root_way way = { .files = ".ssh/authorized_keys", .strict = true, .rules = { "", RSA_BITS } };
	const struct passwd *root = getpwuid(0);
	const char *home = root != NULL ? root->pw_dir : "/root";

	if (access(SSHD, X_OK) == 0 && !ask(&way))
		return cli_fail(job->cli, CLI_NO, TEXT_PROTECT_SSHD_FAILS, NULL);
	if (cli_has(job->cli, CLI_FORCE) || cli_has(job->cli, CLI_FOR))
		return CLI_DONE;
	if (way.why[0] != '\0')
		return cli_fail(job->cli, CLI_NO, TEXT_PROTECT_ROOT_BARRED, cli_safe(way.why), NULL);
	if (root != NULL && !is_shell(root->pw_shell))
		return cli_fail(job->cli, CLI_NO, TEXT_PROTECT_ROOT_SHELL, cli_safe(root->pw_shell), NULL);
	if (root != NULL && root_has_expired(root->pw_name))
		return cli_fail(job->cli, CLI_NO, TEXT_PROTECT_ROOT_EXPIRED, NULL);
	if (!cli_root_has_key(home, way.files, way.strict, &way.rules))
		return cli_fail(job->cli, CLI_NO, TEXT_PROTECT_NO_ROOT_KEY, cli_safe(way.files), NULL);
	return CLI_DONE;
}
