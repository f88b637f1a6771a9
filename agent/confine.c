/* Landlock and limits. */
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <liberations/filter.h>
#include <liberations/landlock.h>

#include "log.h"

#define CONFINED_FILES_MAX 64

static enum lbr_error grant_state(const struct lbr_landlock *landlock, const char *state_dir, struct lbr_reason *reason)
{
	int fd = open(state_dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	enum lbr_error error;

	if (fd < 0)
		return lbr_fail_system(reason, errno, "%s: open", state_dir);
	error = lbr_landlock_grant(landlock, LBR_FILES_KEEP, fd, state_dir, reason);
	close(fd);
	return error;
}

/* A missing file does not fail the sign-in here; the code that needs it will report it. */
static enum lbr_error grant_readable(const struct lbr_landlock *landlock, const char *readable, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_OK;
	struct stat file;
	int fd;

	if (readable[0] == '\0')
		return LBR_OK;
	fd = open(readable, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return LBR_OK;
	if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode))
		error = lbr_landlock_grant(landlock, LBR_FILES_READ, fd, readable, reason);
	close(fd);
	return error;
}

static enum lbr_error confine_files(const char *state_dir, const char *readable, struct lbr_reason *reason)
{
	struct lbr_landlock landlock;
	enum lbr_error error = lbr_landlock_begin(&landlock, false, reason);

	if (error == LBR_OK)
		error = grant_state(&landlock, state_dir, reason);
	if (error == LBR_OK)
		error = grant_readable(&landlock, readable, reason);
	return lbr_landlock_end(&landlock, error, reason);
}

static enum lbr_error bound_files(struct lbr_reason *reason)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return lbr_fail_system_at(reason, errno, NULL, LBR_WHY(SETTING_FILE_LIMIT));
	if (limit.rlim_max > CONFINED_FILES_MAX)
		limit.rlim_max = CONFINED_FILES_MAX;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		return lbr_fail_system_at(reason, errno, NULL, LBR_WHY(SETTING_FILE_LIMIT));
	return LBR_OK;
}

/* A feature missing from the kernel is not an error. */
static enum lbr_error forgive_absence(enum lbr_error error, int priority, const struct lbr_reason *reason)
{
	if (error != LBR_ERR_ABSENT)
		return error;
	lbr_log(priority, "running with reduced confinement: %s", reason->text);
	return LBR_OK;
}

void lbr_confine_warn(void)
{
	struct lbr_landlock landlock;
	struct lbr_reason reason;

	if (lbr_landlock_begin(&landlock, false, &reason) == LBR_ERR_ABSENT)
		(void)forgive_absence(LBR_ERR_ABSENT, LOG_WARNING, &reason);
	(void)lbr_landlock_end(&landlock, LBR_ERR_ABSENT, NULL);
	if (!lbr_filter_is_known())
		(void)forgive_absence(lbr_fail(&reason, LBR_ERR_ABSENT, LBR_WHY(NO_SECCOMP)), LOG_WARNING, &reason);
}

enum lbr_error lbr_confine(const char *state_dir, const char *readable, int priority, struct lbr_reason *reason)
{
	enum lbr_error error;

#ifdef LBR_UNCONFINED
	/* The runtimes of sanitizers and coverage read, write and call what no agent may. */
	lbr_log(LOG_WARNING, "built without confinement: for tests only");
	(void)confine_files;
	(void)forgive_absence;
	(void)state_dir, (void)readable, (void)priority;
	(void)error;
	return bound_files(reason);
#else
	/* syslog(3) writes local time; its zone is read while files can be. */
	tzset();
	error = bound_files(reason);
	if (error == LBR_OK)
		error = forgive_absence(confine_files(state_dir, readable, reason), priority, reason);
	if (error == LBR_OK)
		error = forgive_absence(lbr_confine_calls(reason), priority, reason);
	return error;
#endif
}
