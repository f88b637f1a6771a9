/* The web portal's sessions, as its table has them. */
#include "sessions.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <liberations/secret.h>

#include "portal_address.h"
#include "portal_key_file.h"
#include "reason.h"
#include "session_family.h"
#include "session_table.h"

#define SLOTS_MOST 65536 /* as many as can be set */

struct session_file {
	unsigned char *slots;
	uint32_t       count;
};

static void say_fault(void *context, const struct lbr_reason *reason)
{
	const struct cli *cli = context;
	char words[CLI_REASON_MAX];

	(void)cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_reason(cli->language, reason, words), NULL);
}

static enum cli_status load_settings(const struct cli *cli, struct lbr_portal_settings *settings)
{
	char path[CLI_PORTAL_CONFIG_MAX];

	cli_portal_config(cli, path);
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return cli_fail(cli, CLI_FAULT, TEXT_NO_PORTAL, path, NULL);
	return lbr_portal_settings_load(path, settings, say_fault, (void *)(uintptr_t)cli) == LBR_OK ? CLI_DONE : CLI_FAULT;
}

/* The directory is a stranger's: whatever stands there is a regular file of a sane size, or nothing is read. -1: there is none. */
static int open_table(const char *state, off_t *ret_size)
{
	int directory = open(state, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), fd;
	struct stat file;

	*ret_size = 0;
	if (directory < 0)
		return -1;
	fd = openat(directory, "sessions", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	close(directory);
	if (fd >= 0 && (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode) || file.st_nlink != 1)) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	if (fd >= 0)
		*ret_size = file.st_size / LBR_SESSION_SLOT_LEN < SLOTS_MOST ? file.st_size : SLOTS_MOST * LBR_SESSION_SLOT_LEN;
	return fd;
}

/* A portal that has never run has no table, and no sessions. */
static enum cli_status read_table(const struct cli *cli, const char *state, struct session_file *ret)
{
	off_t size;
	int fd = open_table(state, &size);
	ssize_t got;

	if (fd < 0 && errno == ENOENT)
		return CLI_DONE;
	if (fd < 0)
		return cli_fail(cli, CLI_FAULT, TEXT_NO_SESSIONS_FILE, state, strerror(errno), NULL);
	ret->slots = malloc((size_t)size + 1);
	got = ret->slots != NULL ? pread(fd, ret->slots, (size_t)size, 0) : -1;
	close(fd);
	if (got < 0)
		return cli_fail(cli, CLI_FAULT, TEXT_NO_SESSIONS_FILE, state, strerror(errno), NULL);
	ret->count = (uint32_t)((size_t)got / LBR_SESSION_SLOT_LEN);
	return CLI_DONE;
}

static const char *site_of(const struct lbr_portal_settings *settings, const struct lbr_portal_key *key, const unsigned char *site)
{
	unsigned char id[LBR_SITE_ID_LEN];
	unsigned at;

	for (at = 0; at < settings->site_count; at++) {
		lbr_site_id(key, settings->sites[at].origin, id);
		if (memcmp(id, site, sizeof(id)) == 0)
			return settings->sites[at].origin;
	}
	return NULL;
}

/* The table's own rules judge a copy. */
static void take_rows(const struct lbr_portal_key *key, const struct session_file *file, void *memory, struct session_rows *rows)
{
	const struct lbr_session_rules rules = { rows->settings.idle_s, rows->settings.absolute_s, 0, rows->settings.per_person };
	int64_t now_s = time(NULL);
	struct lbr_session_table table;
	struct session_row row;
	unsigned damaged;
	uint32_t at;

	lbr_session_table_open(&table, key, &rules, file->slots, file->count, memory, &damaged);
	rows->newest = table.newest;
	for (at = 0; at < file->count; at++) {
		if (!table.live[at].taken || !lbr_session_read_or_end(&table, at, &row.session))
			continue;
		row.site = site_of(&rows->settings, key, row.session.site);
		if (row.site != NULL && !lbr_session_is_over(&table, now_s, at, row.session.born_s))
			rows->list[rows->count++] = row;
	}
}

static enum cli_status read_rows(const struct cli *cli, const struct session_file *file, struct session_rows *ret)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_portal_key key;
	enum lbr_error error = lbr_portal_key_load(ret->settings.key, &key, &reason);
	void *memory = malloc(lbr_session_table_size(file->count));

	ret->list = calloc(file->count, sizeof(*ret->list));
	if (error == LBR_OK && (memory == NULL || ret->list == NULL))
		error = lbr_fail_bare(&reason, LBR_ERR_MEMORY);
	if (error == LBR_OK)
		take_rows(&key, file, memory, ret);
	free(memory);
	lbr_wipe(&key, sizeof(key));
	return error == LBR_OK ? CLI_DONE : cli_fail_reason(cli, NULL, error, &reason);
}

enum cli_status cli_sessions_read(const struct cli *cli, struct session_rows *ret)
{
	struct session_file file = { .slots = NULL };
	enum cli_status status;

	*ret = (struct session_rows){ .list = NULL };
	status = load_settings(cli, &ret->settings);
	if (status == CLI_DONE)
		status = read_table(cli, ret->settings.state, &file);
	if (status == CLI_DONE && file.count > 0)
		status = read_rows(cli, &file, ret);
	if (file.slots != NULL)
		lbr_wipe(file.slots, (size_t)file.count * LBR_SESSION_SLOT_LEN);
	free(file.slots);
	return status;
}
