/* The seal key: made once, readable by root and the owner's group, never replaced. */
#include "init.h"

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

static enum lbr_error write_key(int parent, const char *name, gid_t gid, struct lbr_reason *reason)
{
	char text[sizeof(comment) + LBR_KEY_LINE_MAX], line[LBR_KEY_LINE_MAX] = "";
	enum lbr_error error = lbr_keyring_new_line(line);

	if (error != LBR_OK)
		lbr_fail(reason, error, LBR_WHY(NO_RANDOMNESS));
	if (error == LBR_OK) {
		snprintf(text, sizeof(text), "%s%s", comment, line);
		error = cli_make_file(parent, name, text, strlen(text), gid, 0640, reason);
	}
	lbr_wipe(text, sizeof(text));
	lbr_wipe(line, sizeof(line));
	return error;
}

enum cli_status cli_init_key(struct init_state *state)
{
	const char *path = state->settings.seal_key, *name;
	gid_t gid = geteuid() == 0 ? state->gid : (gid_t)-1;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;
	int parent;

	error = cli_open_parent(path, &parent, &name, &reason);
	if (error == LBR_OK) {
		if (faccessat(parent, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			error = LBR_ERR_EXISTS;
		else if (store_is_there(state->settings.state))
			error = lbr_fail_at(&reason, LBR_ERR_UNSAFE, path, LBR_WHY(KEY_LOST), state->settings.state);
		else
			error = write_key(parent, name, gid, &reason);
		close(parent);
	}
	state->new_key = error == LBR_OK;
	if (error == LBR_OK || error == LBR_ERR_EXISTS)
		return CLI_DONE;
	cli_fail_reason(state->cli, NULL, error, &reason);
	return CLI_FAULT;
}
