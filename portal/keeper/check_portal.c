/* What a portal needs, judged without serving anybody. */
#include "check_portal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <liberations/client_steps.h>
#include <liberations/own_file.h>
#include <liberations/secret.h>

#include "portal_key_file.h"
#include "site_files.h"
#include "start_reader.h"

static enum lbr_error check_key(const struct lbr_portal_settings *settings, struct lbr_reason *reason)
{
	struct lbr_portal_key key;
	enum lbr_error error = lbr_portal_key_load(settings->key, &key, reason);

	lbr_wipe(&key, sizeof(key));
	return error;
}

/* The table that another keeper serves just now is as good as none. */
static enum lbr_error check_state(const struct lbr_portal_settings *settings, struct lbr_reason *reason)
{
	int directory, file;
	enum lbr_error error = lbr_file_open_dir(AT_FDCWD, settings->state, false, &directory, reason);

	if (error != LBR_OK)
		return error;
	error = lbr_file_open_own(directory, "sessions", O_RDWR, &file, reason);
	close(directory);
	if (error == LBR_OK)
		close(file);
	else if (error != LBR_ERR_ABSENT)
		lbr_reason_prefix(reason, settings->state);
	return error == LBR_ERR_ABSENT ? LBR_OK : error;
}

static enum lbr_error check_agent(const struct lbr_portal_settings *settings, struct lbr_reason *reason)
{
	struct lbr_steps steps;
	int failed;

	lbr_steps_open(&steps);
	failed = lbr_steps_connect(&steps, settings->agent);
	lbr_steps_close(&steps);
	if (failed == ENAMETOOLONG)
		return lbr_fail_at(reason, LBR_ERR_RANGE, settings->agent, LBR_WHY(TOO_LONG));
	return failed == 0 || failed == EAGAIN ? LBR_OK : lbr_fail_system(reason, failed, "%s: connect", settings->agent);
}

static enum lbr_error check_program(const char *readers, const char *name, struct lbr_reason *reason)
{
	char path[LBR_READER_PATH_MAX];

	if (!lbr_reader_path(readers, name, path))
		return lbr_fail_at(reason, LBR_ERR_RANGE, readers, LBR_WHY(TOO_LONG));
	return access(path, X_OK) == 0 ? LBR_OK : lbr_fail_system(reason, errno, "%s", path);
}

unsigned lbr_portal_check(const struct lbr_portal_settings *settings, const char *readers, lbr_fault *fault, void *context)
{
	static struct lbr_site_files files[LBR_SITES_MAX];
	struct lbr_reason reason[6];
	const enum lbr_error errors[] = {
		check_key(settings, &reason[0]), check_state(settings, &reason[1]), check_agent(settings, &reason[2]),
		check_program(readers, LBR_READER_PAGE, &reason[3]), check_program(readers, LBR_READER_GATE, &reason[4]),
		lbr_site_files_load(settings, files, &reason[5]),
	};
	unsigned at, count = 0;

	for (at = 0; at < sizeof(errors) / sizeof(errors[0]); at++) {
		if (errors[at] == LBR_OK)
			continue;
		count++;
		fault(context, &reason[at]);
	}
	return count;
}
