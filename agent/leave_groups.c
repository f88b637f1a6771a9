/* Control groups, of version 2 and 1. /proc/self/cgroup has a line for each hierarchy:
 *
 *     0::/user.slice/user-1000.slice/session-3.scope          version 2
 *     6:freezer:/a/b                                          version 1
 *     1:name=systemd:/a/b                                     a hierarchy that only counts: it holds nobody back
 *
 * The agent runs in the mount namespace of its service. Only root mounts there, but whatever is found is checked before it is
 * believed: what kind of file system, and whose. */
#include "leave.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define OWN_GROUPS "/proc/self/cgroup"
#define TREE "/sys/fs/cgroup"
#define TREE_BESIDE_1 TREE "/unified" /* where version 2 is when version 1 has its usual place */
#define OWN_GROUPS_MAX (64 * 1024)
#define HIERARCHY_MAX 256

/* Reads the lines. A kernel without control groups has no such file, and then there is nothing to leave. */
static enum lbr_error read_lines(char *lines, size_t size, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_OK;
	size_t len = 0;
	ssize_t got = 1;
	int fd = open(OWN_GROUPS, O_RDONLY | O_CLOEXEC);

	lines[0] = '\0';
	if (fd < 0 && errno == ENOENT && access("/proc/self", F_OK) == 0)
		return LBR_OK;
	if (fd < 0)
		return lbr_fail_system(reason, errno, OWN_GROUPS ": open");
	while (got > 0 && len < size - 1) {
		got = read(fd, lines + len, size - 1 - len);
		len += got > 0 ? (size_t)got : 0;
	}
	if (got < 0)
		error = lbr_fail_system(reason, errno, OWN_GROUPS ": read");
	else if (got > 0)
		error = lbr_fail_at(reason, LBR_ERR_RANGE, OWN_GROUPS, LBR_WHY(LONGER_THAN_POSSIBLE));
	lines[len] = '\0';
	close(fd);
	return error;
}

/* Where the hierarchy with these controllers is mounted. */
static bool find_hierarchy(const char *controllers, char *ret, size_t size)
{
	struct statfs fs;
	int len;

	if (controllers[0] != '\0')
		len = snprintf(ret, size, TREE "/%s", controllers);
	else if (statfs(TREE, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC)
		len = snprintf(ret, size, TREE);
	else
		len = snprintf(ret, size, TREE_BESIDE_1);
	return len > 0 && (size_t)len < size;
}

/* True if somebody but root owns the group or one above it. What cannot be seen is not in this namespace's reach, nor in that of a
 * person in it. */
static bool has_other_owner(const char *hierarchy, const char *group)
{
	char path[HIERARCHY_MAX + PATH_MAX];
	struct stat info;
	size_t top = strlen(hierarchy);
	char *end;

	if (snprintf(path, sizeof(path), "%s%s", hierarchy, group) >= (int)sizeof(path))
		return true;
	for (end = path + strlen(path); end > path + top; end = strrchr(path, '/')) {
		*end = '\0';
		if (stat(path, &info) == 0 && (info.st_uid != 0 || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0))
			return true;
	}
	return false;
}

static enum lbr_error check(int fd, const char *path, bool second, struct lbr_reason *reason)
{
	struct statfs fs;
	struct stat info;

	if (fstatfs(fd, &fs) != 0)
		return lbr_fail_system(reason, errno, "%s: fstatfs", path);
	if (fstat(fd, &info) != 0)
		return lbr_fail_system(reason, errno, "%s: fstat", path);
	if (fs.f_type != (second ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC) || info.st_uid != 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(NOT_ROOTS_GROUP));
	return LBR_OK;
}

static enum lbr_error move_to(const char *hierarchy, bool second, struct lbr_reason *reason)
{
	char path[HIERARCHY_MAX + sizeof("/cgroup.procs")];
	enum lbr_error error;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/cgroup.procs", hierarchy);
	fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return lbr_fail_system(reason, errno, "%s: open", path);
	error = check(fd, path, second, reason);
	if (error == LBR_OK && write(fd, "0", 1) != 1)
		error = lbr_fail_system(reason, errno, "%s: write", path);
	close(fd);
	return error;
}

static enum lbr_error leave_one(char *line, bool always, bool *any, struct lbr_reason *reason)
{
	char hierarchy[HIERARCHY_MAX];
	char *controllers = strchr(line, ':'), *group = controllers != NULL ? strchr(controllers + 1, ':') : NULL;

	if (group == NULL)
		return lbr_fail_at(reason, LBR_ERR_SYNTAX, OWN_GROUPS, LBR_WHY(BAD_LINE));
	controllers++;
	*group++ = '\0';
	if (strcmp(group, "/") == 0 || strncmp(controllers, "name=", 5) == 0)
		return LBR_OK;
	if (!find_hierarchy(controllers, hierarchy, sizeof(hierarchy)))
		return lbr_fail_at(reason, LBR_ERR_RANGE, OWN_GROUPS, LBR_WHY(LONGER_THAN_POSSIBLE));
	if (!always && !has_other_owner(hierarchy, group))
		return LBR_OK;
	*any = true;
	return move_to(hierarchy, controllers[0] == '\0', reason);
}

/* Goes through all of them, even if one cannot be left. */
enum lbr_error lbr_leave_groups(bool always, bool *ret_any, struct lbr_reason *reason)
{
	static char lines[OWN_GROUPS_MAX];
	struct lbr_reason why = {.text = ""};
	char *line, *next;
	enum lbr_error error = read_lines(lines, sizeof(lines), reason), here;

	*ret_any = false;
	for (line = lines; *line != '\0'; line = next) {
		next = line + strcspn(line, "\n");
		if (*next == '\n')
			*next++ = '\0';
		here = leave_one(line, always, ret_any, &why);
		if (error == LBR_OK && here != LBR_OK) {
			error = here;
			*reason = why;
		}
	}
	return error;
}
