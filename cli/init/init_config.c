/* The configuration file that `init` writes: the commented template; in a scratch directory, with its two paths set. */
#include "init.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/grammar.h>

#include "reason.h"

/* Appends the template's next line to `text`; a line that names a path is replaced by the scratch directory's own, and those of the
 * user and the issuer by what was given. `directory` may be NULL. */
static void add_line(char *text, size_t *used, const char *line, size_t len, const char *directory, const struct init_state *state)
{
	size_t left = INIT_TEXT_SIZE - *used;
	int added;

	if (directory != NULL && strncmp(line, "#state = ", 9) == 0)
		added = snprintf(text + *used, left, "state = %s/state\n", directory);
	else if (directory != NULL && strncmp(line, "#seal-key = ", 12) == 0)
		added = snprintf(text + *used, left, "seal-key = %s/seal.key\n", directory);
	else if (state->user[0] != '\0' && strncmp(line, "#user = ", 8) == 0)
		added = snprintf(text + *used, left, "user = %s\n", state->user);
	else if (state->issuer[0] != '\0' && strncmp(line, "#issuer = ", 10) == 0)
		added = snprintf(text + *used, left, "issuer = %s\n", state->issuer);
	else
		added = snprintf(text + *used, left, "%.*s\n", (int)len, line);
	*used += added > 0 && (size_t)added < left ? (size_t)added : 0;
}

static size_t compose(char text[INIT_TEXT_SIZE], const char *directory, const struct init_state *state)
{
	const char *line, *end;
	size_t used = 0;

	for (line = lbr_settings_template(); (end = strchr(line, '\n')) != NULL; line = end + 1)
		add_line(text, &used, line, (size_t)(end - line), directory, state);
	return used;
}

/* Phones tell entries apart by issuer and user: two machines with the same issuer replace each other's without a word. So a
 * machine's own store bears its host's name, unless --issuer says another. */
static enum cli_status choose_issuer(struct init_state *state)
{
	static const struct lbr_keyword keyword = { "--issuer", LBR_VALUE_LABEL, offsetof(struct init_state, issuer), 0,
		                                    sizeof(state->issuer), NULL };
	const struct cli *cli = state->cli;
	struct lbr_reason reason;
	char words[CLI_REASON_MAX], host[HOST_NAME_MAX + 1] = "";

	if (cli_has(cli, CLI_ISSUER)) {
		if (lbr_grammar_read_value(&keyword, cli->issuer, state, &reason) == LBR_OK)
			return CLI_DONE;
		lbr_reason_prefix(&reason, cli->verb->name);
		return cli_fail(cli, CLI_USAGE, TEXT_BARE, cli_reason(cli->language, &reason, words), NULL);
	}
	if (state->scratch || gethostname(host, sizeof(host) - 1) != 0)
		return CLI_DONE;
	host[strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")] = '\0';
	if (host[0] != '\0')
		snprintf(state->issuer, sizeof(state->issuer), "Lib\303\251rations %.40s", host);
	return CLI_DONE;
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

enum lbr_error cli_init_write(const struct init_state *state, const char *path, init_compose *compose_text,
                              struct lbr_reason *reason)
{
	static char text[INIT_TEXT_SIZE];
	char link[40], directory[LBR_PATH_MAX];
	const char *name;
	enum lbr_error error;
	int parent;
	ssize_t len;

	error = cli_open_parent(path, &parent, &name, reason);
	if (error != LBR_OK)
		return error;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", parent);
	len = readlink(link, directory, sizeof(directory));
	if (len < 0 || len == sizeof(directory)) {
		error = lbr_fail_at(reason, LBR_ERR_RANGE, path, LBR_WHY(PARENT_TOO_LONG));
	} else {
		directory[len] = '\0';
		len = (ssize_t)compose_text(text, state->scratch ? directory : NULL, state);
		error = cli_make_file(parent, name, text, (size_t)len, (gid_t)-1, 0644, reason);
	}
	close(parent);
	return error;
}

enum cli_status cli_init_config(struct init_state *state)
{
	struct lbr_reason reason = { .text = "" };
	enum cli_status status = choose_issuer(state);
	enum lbr_error error;

	if (status != CLI_DONE)
		return status;
	error = state->scratch ? LBR_OK : make_directory(state->cli->config, &reason);
	if (error == LBR_OK)
		error = cli_init_write(state, state->cli->config, compose, &reason);
	state->new_config = error == LBR_OK;
	if (error != LBR_OK && error != LBR_ERR_EXISTS) {
		cli_fail_reason(state->cli, NULL, error, &reason);
		return CLI_FAULT;
	}
	return cli_settings_load(state->cli, &state->settings);
}
