/* The seal key: made once, readable by root and the owner's group, never replaced. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char comment[] = "# The seal key. Back it up apart from the accounts; without it they are lost.\n";

/* A store without its key has lost it, and a new key would lock everyone out for good. */
static bool store_is_there(const char *state)
{
	int fd = open(state, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat accounts;
	bool there = false;

	if (fd >= 0) {
		there = fstatat(fd, "accounts", &accounts, AT_SYMLINK_NOFOLLOW) == 0;
		close(fd);
	}
	return there;
}

static enum lbr_error make_key(struct init_state *state, int parent, const char *name, struct lbr_reason *reason)
{
	char text[sizeof(comment) + LBR_KEY_LINE_MAX], line[LBR_KEY_LINE_MAX] = "";
	enum lbr_error error = lbr_keyring_new_line(line);

	if (error != LBR_OK)
		lbr_fail(reason, error, LBR_WHY(NO_RANDOMNESS));
	if (error == LBR_OK) {
		snprintf(text, sizeof(text), "%s%s", comment, line);
		error = cli_make_file(parent, name, text, strlen(text), geteuid() == 0 ? state->gid : getegid(), 0640, reason);
	}
	lbr_wipe(text, sizeof(text));
	lbr_wipe(line, sizeof(line));
	state->new_key = error == LBR_OK;
	return error;
}

/* A restored copy may have any mode and owner. A link is never followed, and only a regular file is a key. */
enum lbr_error cli_repair_key(int parent, const char *name, const char *path, gid_t gid, bool *ret_repaired,
                              struct lbr_reason *reason)
{
	bool is_root = geteuid() == 0;
	enum lbr_error error = LBR_OK;
	struct stat st;
	int fd = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno == ELOOP ? lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(NOT_REGULAR))
		                      : lbr_fail_system(reason, errno, "%s: open", path);
	if (fstat(fd, &st) != 0)
		error = lbr_fail_system(reason, errno, "%s: fstat", path);
	else if (!S_ISREG(st.st_mode))
		error = lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(NOT_REGULAR));
	else if (st.st_nlink != 1)
		error = lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(LINKED_TWICE));
	else if ((st.st_mode & 027) != 0 || (is_root && (st.st_uid != 0 || st.st_gid != gid || (st.st_mode & 040) == 0)))
		*ret_repaired = true;
	if (*ret_repaired && ((is_root && fchown(fd, 0, gid) != 0) || fchmod(fd, 0640) != 0 || fsync(fd) != 0))
		error = lbr_fail_system(reason, errno, "%s: chown, chmod", path);
	close(fd);
	return error;
}

enum cli_status cli_init_key(struct init_state *state)
{
	const char *path = state->settings.seal_key, *name;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;
	int parent;

	error = cli_open_parent(path, &parent, &name, &reason);
	if (error == LBR_OK) {
		if (faccessat(parent, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			error = cli_repair_key(parent, name, path, state->gid, &state->repaired_key, &reason);
		else if (store_is_there(state->settings.state))
			error = lbr_fail_at(&reason, LBR_ERR_UNSAFE, path, LBR_WHY(KEY_LOST), state->settings.state);
		else
			error = make_key(state, parent, name, &reason);
		close(parent);
	}
	if (error == LBR_OK)
		return CLI_DONE;
	cli_fail_reason(state->cli, NULL, error, &reason);
	return CLI_FAULT;
}
