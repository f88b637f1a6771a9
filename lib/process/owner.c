/* Who should own the state directory: by name, since a number may be somebody else's after a restore. /etc/passwd alone is read; a
 * process that will hold the seal key loads no module of the name service. */
#include <liberations/become.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/local_users.h>

static bool read_number(const char *user, struct lbr_owner *ret)
{
	char *end;
	unsigned long number;

	if (user[0] < '0' || user[0] > '9')
		return false;
	errno = 0;
	number = strtoul(user, &end, 10);
	if (*end != '\0' || errno != 0 || number >= (uid_t)-1)
		return false;
	ret->uid = (uid_t)number;
	ret->has_gid = false;
	return true;
}

static bool find_name(FILE *file, const char *user, struct lbr_owner *ret)
{
	char text[LBR_LOCAL_USER_MAX];
	struct passwd entry;

	while (lbr_local_user_next(file, text, &entry)) {
		if (strcmp(entry.pw_name, user) != 0)
			continue;
		*ret = (struct lbr_owner){ entry.pw_uid, entry.pw_gid, true };
		return true;
	}
	return false;
}

enum lbr_error lbr_owner_find(const char *user, struct lbr_owner *ret, struct lbr_reason *reason)
{
	bool found = read_number(user, ret);
	FILE *file;

	if (found)
		return LBR_OK;
	file = fopen(LBR_LOCAL_USERS_FILE, "re");
	if (file == NULL)
		return lbr_fail_system(reason, errno, LBR_LOCAL_USERS_FILE ": open");
	found = find_name(file, user, ret);
	(void)fclose(file);
	return found ? LBR_OK : lbr_fail(reason, LBR_ERR_UNSAFE, LBR_WHY(NO_SUCH_OWNER), user);
}

enum lbr_error lbr_owner_judge(const char *user, uid_t uid, gid_t gid, const char *directory, struct lbr_reason *reason)
{
	struct lbr_owner owner;
	enum lbr_error error = lbr_owner_find(user, &owner, reason);
	char spec[128];

	if (error != LBR_OK || (owner.uid == uid && (!owner.has_gid || owner.gid == gid)))
		return error;
	if (owner.has_gid)
		(void)snprintf(spec, sizeof(spec), "%.100s:", user);
	else
		(void)snprintf(spec, sizeof(spec), "%.100s", user);
	return lbr_fail_at(reason, LBR_ERR_UNSAFE, directory, LBR_WHY(STATE_OF_WRONG_USER), (unsigned)uid, (unsigned)gid, spec,
	                   directory);
}
