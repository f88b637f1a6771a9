/* The configuration file that `init` writes: the commented template; in a scratch directory, with its two paths set. */
#include "init.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_SIZE (LBR_CONFIG_MAX / 4)

/* Appends the template's next line to `text`; a line that names a path is replaced by the scratch directory's own, and that of the
 * user by the one who was given. */
static void add_line(char *text, size_t *used, const char *line, size_t len, const char *directory, const char *user)
{
	size_t left = TEXT_SIZE - *used;
	int added;

	if (directory != NULL && strncmp(line, "#state = ", 9) == 0)
		added = snprintf(text + *used, left, "state = %s/state\n", directory);
	else if (directory != NULL && strncmp(line, "#seal-key = ", 12) == 0)
		added = snprintf(text + *used, left, "seal-key = %s/seal.key\n", directory);
	else if (user[0] != '\0' && strncmp(line, "#user = ", 8) == 0)
		added = snprintf(text + *used, left, "user = %s\n", user);
	else
		added = snprintf(text + *used, left, "%.*s\n", (int)len, line);
	*used += added > 0 && (size_t)added < left ? (size_t)added : 0;
}

static size_t compose(char text[TEXT_SIZE], const char *directory, const char *user)
{
	const char *line, *end;
	size_t used = 0;

	for (line = lbr_settings_template(); (end = strchr(line, '\n')) != NULL; line = end + 1)
		add_line(text, &used, line, (size_t)(end - line), directory, user);
	return used;
}

/* Makes /etc/liberations itself; the caller must make a scratch directory. */
static enum lbr_error make_directory(const char *config, struct lbr_reason *reason)
{
	char directory[PATH_MAX];
	const char *name;
	enum lbr_error error;
	int parent;

	if (snprintf(directory, sizeof(directory), "%s", config) >= (int)sizeof(directory))
		return lbr_fail_at(reason, LBR_ERR_RANGE, config, LBR_WHY(TOO_LONG));
	*strrchr(directory, '/') = '\0';
	error = cli_open_parent(directory, &parent, &name, reason);
	if (error != LBR_OK)
		return error;
	if (mkdirat(parent, name, 0755) == 0) {
		if (fchmodat(parent, name, 0755, 0) != 0 || fsync(parent) != 0)
			error = lbr_fail_system(reason, errno, "%s", directory);
	} else if (errno != EEXIST) {
		error = lbr_fail_system(reason, errno, "%s: mkdir", directory);
	}
	close(parent);
	return error;
}

static enum lbr_error write_config(struct init_state *state, struct lbr_reason *reason)
{
	static char text[TEXT_SIZE];
	char link[40], directory[LBR_PATH_MAX];
	const char *name;
	enum lbr_error error;
	int parent;
	ssize_t len;

	error = cli_open_parent(state->cli->config, &parent, &name, reason);
	if (error != LBR_OK)
		return error;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", parent);
	len = readlink(link, directory, sizeof(directory));
	if (len < 0 || len == sizeof(directory)) {
		error = lbr_fail_at(reason, LBR_ERR_RANGE, state->cli->config, LBR_WHY(PARENT_TOO_LONG));
	} else {
		directory[len] = '\0';
		len = (ssize_t)compose(text, state->scratch ? directory : NULL, state->user);
		error = cli_make_file(parent, name, text, (size_t)len, (gid_t)-1, 0644, reason);
	}
	close(parent);
	return error;
}

enum cli_status cli_init_config(struct init_state *state)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = state->scratch ? LBR_OK : make_directory(state->cli->config, &reason);

	if (error == LBR_OK)
		error = write_config(state, &reason);
	state->new_config = error == LBR_OK;
	if (error != LBR_OK && error != LBR_ERR_EXISTS) {
		cli_fail_reason(state->cli, NULL, error, &reason);
		return CLI_FAULT;
	}
	return cli_settings_load(state->cli, &state->settings);
}
