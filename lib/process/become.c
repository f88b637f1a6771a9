/* From root to the owner of the state directory, for good.
 *
 * MUST 1. Root's ids are dropped in the order groups, group, user: once the user is gone the others cannot be changed.
 * MUST 2. Nothing is taken on trust: all three ids are read back, and regaining root is tried and must fail.
 * MUST 3. The owner is that of the opened directory, never of a path that could be swapped, and is the one that the configuration
 *         names.
 */
#include <liberations/become.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/local_users.h>

#define GROUPS_MAX 2

static enum lbr_error find_owner(const char *state_dir, struct stat *ret, struct lbr_reason *reason)
{
	int fd = open(state_dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	enum lbr_error error = LBR_OK;

	if (fd < 0 && errno == ENOENT)
		return lbr_fail_at(reason, LBR_ERR_ABSENT, state_dir, LBR_WHY(NO_STATE));
	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, state_dir, LBR_WHY(NOT_DIRECTORY_OR_LINK));
	if (fd < 0)
		return lbr_fail_system(reason, errno, "%s: open", state_dir);
	if (fstat(fd, ret) != 0)
		error = lbr_fail_system(reason, errno, "%s: fstat", state_dir);
	close(fd);
	return error;
}

static enum lbr_error prove_user(uid_t uid, struct lbr_reason *reason)
{
	uid_t real, effective, saved;

	if (getresuid(&real, &effective, &saved) != 0)
		return lbr_fail_system(reason, errno, "getresuid");
	if (real != uid || effective != uid || saved != uid)
		return lbr_fail(reason, LBR_ERR_UNSAFE, LBR_WHY(UIDS_DIFFER), (unsigned)uid);
	if (setresuid(0, 0, 0) == 0 || setuid(0) == 0)
		return lbr_fail(reason, LBR_ERR_UNSAFE, LBR_WHY(ROOT_REGAINED));
	return LBR_OK;
}

/* `groups` begins with the one that the process's files get. */
static enum lbr_error prove_groups(const gid_t *groups, int count, struct lbr_reason *reason)
{
	gid_t gid = groups[0], real, effective, saved, have[GROUPS_MAX];
	int at, seen;

	if (getresgid(&real, &effective, &saved) != 0)
		return lbr_fail_system(reason, errno, "getresgid");
	if (real != gid || effective != gid || saved != gid)
		return lbr_fail(reason, LBR_ERR_UNSAFE, LBR_WHY(GIDS_DIFFER), (unsigned)gid);
	if (getgroups(GROUPS_MAX, have) != count)
		return lbr_fail(reason, LBR_ERR_UNSAFE, LBR_WHY(OTHER_GROUPS), (unsigned)gid);
	for (at = 0; at < count; at++) {
		for (seen = 0; seen < count && have[seen] != groups[at]; seen++)
			;
		if (seen == count)
			return lbr_fail(reason, LBR_ERR_UNSAFE, LBR_WHY(OTHER_GROUPS), (unsigned)gid);
	}
	if (setresgid(0, 0, 0) == 0 || setgid(0) == 0)
		return lbr_fail(reason, LBR_ERR_UNSAFE, LBR_WHY(ROOT_GROUP_REGAINED));
	return LBR_OK;
}

static enum lbr_error leave_root(uid_t uid, const gid_t *groups, int count, struct lbr_reason *reason)
{
	gid_t gid = groups[0];
	enum lbr_error error;

	if (setgroups((size_t)count, groups) != 0)
		return lbr_fail_system(reason, errno, "setgroups");
	if (setresgid(gid, gid, gid) != 0)
		return lbr_fail_system(reason, errno, "setresgid");
	if (setresuid(uid, uid, uid) != 0)
		return lbr_fail_system(reason, errno, "setresuid");
	error = prove_user(uid, reason);
	if (error != LBR_OK)
		return error;
	return prove_groups(groups, count, reason);
}

enum lbr_error lbr_become_owner_of(const char *state_dir, const char *user, struct lbr_reason *reason)
{
	struct stat owner;
	enum lbr_error error = find_owner(state_dir, &owner, reason);

	if (error != LBR_OK)
		return error;
	if (owner.st_uid == 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, state_dir, LBR_WHY(STATE_OF_ROOT));
	if (geteuid() != 0 && geteuid() != owner.st_uid)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, state_dir, LBR_WHY(STATE_OF_ANOTHER), (unsigned)owner.st_uid,
		                   (unsigned)geteuid());
	if (geteuid() != 0)
		return prove_user(owner.st_uid, reason);
	if (owner.st_gid == 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, state_dir, LBR_WHY(STATE_GROUP_ROOT));
	error = lbr_owner_judge(user, owner.st_uid, owner.st_gid, state_dir, reason);
	return error == LBR_OK ? leave_root(owner.st_uid, &owner.st_gid, 1, reason) : error;
}

enum lbr_error lbr_become_user(const char *user, const char *group, struct lbr_reason *reason)
{
	gid_t groups[GROUPS_MAX] = { 0 };
	struct lbr_owner owner;
	enum lbr_error error = lbr_owner_find(user, &owner, reason);

	if (error != LBR_OK)
		return error;
	if (geteuid() != 0 && geteuid() != owner.uid)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, user, LBR_WHY(STARTED_BY_ANOTHER), (unsigned)geteuid());
	if (geteuid() != 0)
		return prove_user(owner.uid, reason);
	groups[0] = owner.has_gid ? owner.gid : (gid_t)owner.uid;
	if (owner.uid == 0 || groups[0] == 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, user, LBR_WHY(USER_IS_ROOT));
	return leave_root(owner.uid, groups, lbr_local_group_find(group, &groups[1]) && groups[1] != groups[0] ? 2 : 1, reason);
}
