/* The state directory, and the empty store inside, created by its owner. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <liberations/become.h>
#include <liberations/notices.h>

#include "reason.h"

/* Changes the directory's owner through its descriptor, and only while root still owns it: another owner may have changed what is
 * in it. */
static enum lbr_error give_away(int fd, struct init_state *state, struct lbr_reason *reason)
{
	struct stat directory;
	bool is_ours;

	if (fstat(fd, &directory) != 0)
		return lbr_fail_system(reason, errno, "%s: fstat", state->settings.state);
	if (geteuid() == 0 && directory.st_uid == 0 && fchown(fd, state->uid, state->gid) != 0)
		return lbr_fail_system(reason, errno, "%s: chown", state->settings.state);
	is_ours = directory.st_uid == state->uid || (geteuid() == 0 && directory.st_uid == 0);
	state->repaired_state = !state->new_state && is_ours && (directory.st_uid != state->uid || (directory.st_mode & 077) != 0);
	if ((state->new_state || state->repaired_state) && fchmod(fd, 0700) != 0)
		return lbr_fail_system(reason, errno, "%s: chmod", state->settings.state);
	return LBR_OK;
}

static enum lbr_error make_directory(struct init_state *state, struct lbr_reason *reason)
{
	const char *path = state->settings.state, *name;
	int parent, fd;
	enum lbr_error error = cli_open_parent(path, &parent, &name, reason);

	if (error != LBR_OK)
		return error;
	state->new_state = mkdirat(parent, name, 0700) == 0;
	if (!state->new_state && errno != EEXIST)
		error = lbr_fail_system(reason, errno, "%s: mkdir", path);
	if (error == LBR_OK) {
		fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0) {
			error = lbr_fail_system(reason, errno, "%s: open", path);
		} else {
			error = give_away(fd, state, reason);
			close(fd);
		}
	}
	if (error == LBR_OK && fsync(parent) != 0)
		error = lbr_fail_system_at(reason, errno, path, LBR_WHY(SYNCING_PARENT));
	close(parent);
	return error;
}

/* In the child: becomes the owner, then does the work that only the owner may do. */
static enum lbr_error lay_out(const struct init_state *state, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_become_owner_of(state->settings.state, state->settings.user, reason);
	struct lbr_keyring *keyring = NULL;

	if (error == LBR_OK)
		error = lbr_keyring_load(state->settings.seal_key, &keyring, reason);
	if (error == LBR_OK)
		error = lbr_store_lay_out(state->settings.state, keyring, reason);
	if (error == LBR_OK)
		error = lbr_notices_make(state->settings.state, reason);
	lbr_keyring_free(keyring);
	return error;
}

static enum cli_status lay_out_as_owner(const struct init_state *state)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;
	int status = 0;
	pid_t child;

	(void)cli_flush();
	child = fork();
	if (child < 0)
		return cli_fail(state->cli, CLI_FAULT, TEXT_BARE, cli_errno(state->cli->language, errno), NULL);
	if (child == 0) {
		error = lay_out(state, &reason);
		if (error != LBR_OK)
			cli_fail_reason(state->cli, NULL, error, &reason);
		_exit(error == LBR_OK ? CLI_DONE : CLI_FAULT);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? CLI_DONE : CLI_FAULT;
}

enum cli_status cli_init_state(struct init_state *state)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = make_directory(state, &reason);

	if (error == LBR_OK)
		return lay_out_as_owner(state);
	cli_fail_reason(state->cli, NULL, error, &reason);
	return CLI_FAULT;
}
