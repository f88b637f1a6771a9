/* What a portal needs, judged without serving anybody. */
#include "check_portal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <liberations/own_file.h>
#include <liberations/secret.h>

#include "check_agent.h"
#include "check_say.h"
#include "check_socket.h"
#include "portal_key_file.h"
#include "session_table.h"
#include "site_files.h"
#include "start_reader.h"
#include "table_file.h"

struct checking {
	const struct lbr_portal_settings *settings;
	enum lbr_language                 language;
	unsigned                          faults;
};

/* One judgement, and what repairs it. */
static void judge(struct checking *checking, enum lbr_error error, const struct lbr_reason *reason, enum lbr_clause repair,
                  const char *english)
{
	if (error == LBR_OK)
		return;
	checking->faults++;
	lbr_check_say(checking->language, reason, repair, english);
}

static void check_key(struct checking *checking)
{
	struct lbr_reason reason;
	struct lbr_portal_key key;
	enum lbr_error error = lbr_portal_key_load(checking->settings->key, &key, &reason);

	lbr_wipe(&key, sizeof(key));
	if (error == LBR_ERR_SYNTAX)
		judge(checking, error, &reason, LBR_WHY(PORTAL_TRY_KEY));
	else
		judge(checking, error, &reason, LBR_WHY(PORTAL_TRY_INIT));
}

/* Is there room for what the table does not have yet? */
static void check_room(struct checking *checking, int directory, off_t has)
{
	off_t wanted = (off_t)checking->settings->sessions * LBR_SESSION_SLOT_LEN;
	struct lbr_reason reason;
	struct statvfs disk;
	off_t room;

	if (fstatvfs(directory, &disk) != 0 || wanted <= has)
		return;
	room = (off_t)(disk.f_bavail * disk.f_frsize);
	if (room >= wanted - has)
		return;
	judge(checking, lbr_fail_at(&reason, LBR_ERR_RANGE, checking->settings->state, LBR_WHY(PORTAL_NO_SPACE),
	                            (unsigned)((wanted - has - room + 1023) / 1024)), &reason, LBR_WHY(PORTAL_TRY_SPACE));
}

/* The table that another keeper serves just now is as good as none. */
static void check_table(struct checking *checking, int directory)
{
	struct stat file = { .st_size = 0 };
	struct lbr_reason reason;
	int fd;
	enum lbr_error error = lbr_file_open_own(directory, LBR_TABLE_NAME, O_RDWR, &fd, &reason);

	if (error == LBR_OK) {
		(void)fstat(fd, &file);
		close(fd);
	}
	if (error == LBR_OK && file.st_size / LBR_SESSION_SLOT_LEN > LBR_TABLE_SLOTS_MAX)
		error = lbr_fail_at(&reason, LBR_ERR_RANGE, LBR_TABLE_NAME, LBR_WHY(PORTAL_TABLE_SIZE));
	if (error == LBR_ERR_ABSENT)
		error = LBR_OK;
	if (error != LBR_OK)
		lbr_reason_prefix(&reason, checking->settings->state);
	judge(checking, error, &reason, LBR_WHY(PORTAL_TRY_TABLE));
	if (error == LBR_OK)
		check_room(checking, directory, file.st_size);
}

static void check_state(struct checking *checking)
{
	const char *state = checking->settings->state;
	struct lbr_reason reason;
	int directory;
	enum lbr_error error = lbr_file_open_dir(AT_FDCWD, state, false, &directory, &reason);

	if (error == LBR_OK && faccessat(directory, ".", W_OK | X_OK, AT_EACCESS) != 0)
		error = lbr_fail_system(&reason, errno, "%s", state);
	judge(checking, error, &reason, LBR_WHY(PORTAL_TRY_INIT));
	if (error == LBR_OK)
		check_table(checking, directory);
	if (directory >= 0)
		close(directory);
}

static void check_sockets(struct checking *checking)
{
	const struct lbr_portal_settings *settings = checking->settings;
	struct lbr_reason reason;

	judge(checking, lbr_check_socket(settings->pages, &reason), &reason, LBR_WHY(PORTAL_TRY_SOCKET));
	if (strcmp(settings->pages, settings->gate) == 0)
		judge(checking, lbr_fail_at(&reason, LBR_ERR_SYNTAX, "gate", LBR_WHY(PORTAL_ONE_SOCKET)), &reason,
		      LBR_WHY(PORTAL_TRY_SOCKET));
	else
		judge(checking, lbr_check_socket(settings->gate, &reason), &reason, LBR_WHY(PORTAL_TRY_SOCKET));
}

static void check_program(struct checking *checking, const char *readers, const char *name)
{
	char path[LBR_READER_PATH_MAX];
	struct lbr_reason reason;
	enum lbr_error error = LBR_OK;

	if (!lbr_reader_path(readers, name, path))
		error = lbr_fail_at(&reason, LBR_ERR_RANGE, readers, LBR_WHY(TOO_LONG));
	else if (access(path, X_OK) != 0)
		error = lbr_fail_system(&reason, errno, "%s", path);
	judge(checking, error, &reason, LBR_WHY(PORTAL_TRY_PROGRAM));
}

static void check_site_file(struct checking *checking, const char *path, bool logo)
{
	struct lbr_site_file file = { .fd = 0 };
	struct lbr_reason reason;

	judge(checking, lbr_site_file_load(path, logo, &file, &reason), &reason, LBR_WHY(PORTAL_TRY_SITE_FILE));
	if (file.fd > 0)
		close(file.fd);
}

static void check_agent(struct checking *checking)
{
	struct lbr_reason reason;
	bool there;
	enum lbr_error error = lbr_check_agent(checking->settings->agent, &there, &reason);

	if (there)
		judge(checking, error, &reason, LBR_WHY(PORTAL_TRY_AGENTS_LOG));
	else
		judge(checking, error, &reason, LBR_WHY(PORTAL_TRY_AGENT));
}

unsigned lbr_portal_check(const struct lbr_portal_settings *settings, const char *readers, enum lbr_language language)
{
	struct checking checking = { settings, language, 0 };
	unsigned at;

	check_key(&checking);
	check_state(&checking);
	check_sockets(&checking);
	check_program(&checking, readers, LBR_READER_PAGE);
	check_program(&checking, readers, LBR_READER_GATE);
	for (at = 0; at < settings->site_count; at++) {
		check_site_file(&checking, settings->sites[at].logo, true);
		check_site_file(&checking, settings->sites[at].style, false);
	}
	check_agent(&checking);
	return checking.faults;
}
