/* `init --portal`: the web portal's user, configuration, key and state directory. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include <liberations/become.h>
#include <liberations/random.h>

#include "portal_settings.h"
#include "reason.h"
#include "site_rules.h"

#define PORTAL_KEY_BYTES 32

enum cli_status cli_init_portal_judge(struct init_state *state)
{
	const struct cli *cli = state->cli;
	const char *slash = strrchr(cli->config, '/');
	struct lbr_reason reason;
	char words[CLI_REASON_MAX];

	if (!cli_has(cli, CLI_PORTAL))
		return CLI_DONE;
	if (strlen(cli->portal) >= LBR_ORIGIN_MAX || !lbr_origin_is_sound(cli->portal)) {
		lbr_fail_at(&reason, LBR_ERR_SYNTAX, "--portal", LBR_WHY(PORTAL_ORIGIN));
		return cli_fail(cli, CLI_USAGE, TEXT_BARE, cli_reason(cli->language, &reason, words), NULL);
	}
	if (!state->scratch)
		snprintf(state->portal.config, sizeof(state->portal.config), "%s", LBR_DEFAULT_PORTAL_CONFIG);
	else
		snprintf(state->portal.config, sizeof(state->portal.config), "%.*sportal.conf",
		         slash != NULL ? (int)(slash + 1 - cli->config) : 0, cli->config);
	return CLI_DONE;
}

static enum cli_status ensure_portal_user(struct init_state *state)
{
	struct init_portal *portal = &state->portal;

	portal->new_user = getpwnam(PORTAL_USER) == NULL;
	if (portal->new_user && !cli_add_user(PORTAL_USER, VERIFY_GROUP))
		return cli_fail(state->cli, CLI_FAULT, TEXT_NO_SYSTEM_USER, PORTAL_USER, NULL);
	portal->new_group = getgrnam(WEB_GROUP) == NULL;
	if (portal->new_group && !cli_add_group(WEB_GROUP))
		return cli_fail(state->cli, CLI_FAULT, TEXT_NO_SYSTEM_USER, WEB_GROUP, NULL);
	return CLI_DONE;
}

/* The line of the template, or the one that replaces it. */
static int put_line(char *ret, size_t size, const char *line, size_t len, const char *directory, const struct init_state *state)
{
	static const char *const paths[][2] = {
		{ "key", "portal.key" }, { "state", "portal" }, { "agent", "verify.sock" }, { "pages", "pages.sock" },
		{ "gate", "gate.sock" },
	};
	char begin[32];
	size_t at;

	for (at = 0; directory != NULL && at < sizeof(paths) / sizeof(paths[0]); at++) {
		snprintf(begin, sizeof(begin), "#%s = ", paths[at][0]);
		if (strncmp(line, begin, strlen(begin)) == 0)
			return snprintf(ret, size, "%s = %s/%s\n", paths[at][0], directory, paths[at][1]);
	}
	if (directory != NULL && strncmp(line, "#user = ", 8) == 0)
		return snprintf(ret, size, "user = %s\n", state->user);
	if (strncmp(line, "#issuer = ", 10) == 0)
		return snprintf(ret, size, "issuer = %s\n", state->settings.issuer);
	if (strncmp(line, "#site = ", 8) == 0)
		return snprintf(ret, size, "site = %s\n", state->cli->portal);
	return snprintf(ret, size, "%.*s\n", (int)len, line);
}

static size_t compose_portal(char text[INIT_TEXT_SIZE], const char *directory, const struct init_state *state)
{
	const char *line, *end;
	size_t used = 0;
	int added;

	for (line = lbr_portal_settings_template(); (end = strchr(line, '\n')) != NULL; line = end + 1) {
		added = put_line(text + used, INIT_TEXT_SIZE - used, line, (size_t)(end - line), directory, state);
		used += added > 0 && (size_t)added < INIT_TEXT_SIZE - used ? (size_t)added : 0;
	}
	return used;
}

static void say_fault(void *context, const struct lbr_reason *reason)
{
	cli_fail_reason(context, NULL, LBR_ERR_SYNTAX, reason);
}

/* A configuration that exists decides, and must have the site. */
static enum cli_status load_portal(struct init_state *state, struct lbr_portal_settings *settings)
{
	struct cli *cli = state->cli;

	if (lbr_portal_settings_load(state->portal.config, settings, say_fault, cli) != LBR_OK)
		return CLI_FAULT;
	if (lbr_site_of(settings, cli->portal + strlen("https://")) == NULL)
		return cli_fail(cli, CLI_FAULT, TEXT_SITE_MISSING, state->portal.config, cli->portal, NULL);
	memcpy(state->portal.key, settings->key, sizeof(state->portal.key));
	memcpy(state->portal.state, settings->state, sizeof(state->portal.state));
	return CLI_DONE;
}

static enum lbr_error make_portal_key(int parent, const char *name, gid_t gid, struct lbr_reason *reason)
{
	unsigned char key[PORTAL_KEY_BYTES];
	char line[2 * PORTAL_KEY_BYTES + 2] = "";
	enum lbr_error error = lbr_random(key, sizeof(key));

	if (error != LBR_OK)
		return lbr_fail(reason, error, LBR_WHY(NO_RANDOMNESS));
	(void)sodium_bin2hex(line, sizeof(line), key, sizeof(key));
	line[2 * PORTAL_KEY_BYTES] = '\n';
	error = cli_make_file(parent, name, line, 2 * PORTAL_KEY_BYTES + 1, gid, 0640, reason);
	lbr_wipe(key, sizeof(key));
	lbr_wipe(line, sizeof(line));
	return error;
}

/* A lost key signs everybody out and nothing else, so a new one may take its place. */
static enum lbr_error settle_key(struct init_portal *portal, gid_t gid, struct lbr_reason *reason)
{
	const char *name;
	enum lbr_error error;
	int parent;

	error = cli_open_parent(portal->key, &parent, &name, reason);
	if (error != LBR_OK)
		return error;
	portal->new_key = faccessat(parent, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
	if (portal->new_key)
		error = make_portal_key(parent, name, gid, reason);
	else
		error = cli_repair_key(parent, name, portal->key, gid, &portal->repaired_key, reason);
	close(parent);
	return error;
}

/* Sessions that come back with a backup may be some that people ended since: they go where the directory has another owner now. */
static enum lbr_error settle_owner(struct init_portal *portal, int fd, uid_t uid, gid_t gid, struct lbr_reason *reason)
{
	bool is_root = geteuid() == 0;
	struct stat st;

	if (fstat(fd, &st) != 0)
		return lbr_fail_system(reason, errno, "%s: fstat", portal->state);
	portal->repaired_state = !portal->new_state &&
	                         ((is_root && (st.st_uid != uid || st.st_gid != gid)) || (st.st_mode & 077) != 0);
	if (is_root && st.st_uid != uid && unlinkat(fd, "sessions", 0) != 0 && errno != ENOENT)
		return lbr_fail_system(reason, errno, "%s/sessions: unlink", portal->state);
	if (is_root && fchown(fd, uid, gid) != 0)
		return lbr_fail_system(reason, errno, "%s: chown", portal->state);
	return fchmod(fd, 0700) == 0 ? LBR_OK : lbr_fail_system(reason, errno, "%s: chmod", portal->state);
}

static enum lbr_error settle_state(struct init_portal *portal, uid_t uid, gid_t gid, struct lbr_reason *reason)
{
	const char *name;
	int parent, fd = -1;
	enum lbr_error error = cli_open_parent(portal->state, &parent, &name, reason);

	if (error != LBR_OK)
		return error;
	portal->new_state = mkdirat(parent, name, 0700) == 0;
	if (!portal->new_state && errno != EEXIST)
		error = lbr_fail_system(reason, errno, "%s: mkdir", portal->state);
	if (error == LBR_OK) {
		fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		error = fd >= 0 ? settle_owner(portal, fd, uid, gid, reason)
		                : lbr_fail_system(reason, errno, "%s: open", portal->state);
	}
	if (fd >= 0)
		close(fd);
	close(parent);
	return error;
}

enum cli_status cli_init_portal(struct init_state *state)
{
	static struct lbr_portal_settings settings;
	struct init_portal *portal = &state->portal;
	struct lbr_reason reason = { .text = "" };
	struct lbr_owner owner = { 0 };
	enum cli_status status;
	enum lbr_error error;
	gid_t gid;

	if (!cli_has(state->cli, CLI_PORTAL))
		return CLI_DONE;
	status = state->scratch ? CLI_DONE : ensure_portal_user(state);
	if (status != CLI_DONE)
		return status;
	error = cli_init_write(state, portal->config, compose_portal, &reason);
	portal->new_config = error == LBR_OK;
	if (error == LBR_OK || error == LBR_ERR_EXISTS) {
		status = load_portal(state, &settings);
		if (status != CLI_DONE)
			return status;
		error = lbr_owner_find(settings.user, &owner, &reason);
	}
	gid = error == LBR_OK && owner.has_gid ? owner.gid : (gid_t)owner.uid;
	if (error == LBR_OK && (owner.uid == 0 || gid == 0))
		error = lbr_fail_at(&reason, LBR_ERR_UNSAFE, settings.user, LBR_WHY(USER_IS_ROOT));
	if (error == LBR_OK)
		error = settle_key(portal, geteuid() == 0 ? gid : getegid(), &reason);
	if (error == LBR_OK)
		error = settle_state(portal, owner.uid, gid, &reason);
	if (error == LBR_OK)
		return CLI_DONE;
	cli_fail_reason(state->cli, NULL, error, &reason);
	return CLI_FAULT;
}
