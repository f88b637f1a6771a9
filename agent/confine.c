/* Landlock and limits. The numbers are defined here because the system's headers may be older than its kernel. */
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

#define CONFINED_FILES_MAX 64

/* The same on every architecture. */
#define CALL_CREATE_RULESET 444
#define CALL_ADD_RULE 445
#define CALL_RESTRICT_SELF 446

#define ASK_VERSION 1U
#define RULE_PATH_BENEATH 1
#define SCOPE_ABSTRACT_SOCKETS 1

#define ACCESS_WRITE_FILE (1ULL << 1)
#define ACCESS_READ_FILE (1ULL << 2)
#define ACCESS_READ_DIR (1ULL << 3)
#define ACCESS_REMOVE_FILE (1ULL << 5)
#define ACCESS_MAKE_REG (1ULL << 8)
#define ACCESS_TRUNCATE (1ULL << 14)
#define NEEDED (ACCESS_WRITE_FILE | ACCESS_READ_FILE | ACCESS_READ_DIR | ACCESS_REMOVE_FILE | ACCESS_MAKE_REG | ACCESS_TRUNCATE)

/* linux/landlock.h: every right that the running kernel knows is governed; what is not granted below is forbidden. */
struct ruleset {
	uint64_t files;
	uint64_t network; /* from version 4: bind and connect of TCP */
	uint64_t scopes;  /* from version 6: abstract sockets; the system call filter bounds signals, of which one is needed */
};

struct beneath {
	uint64_t allowed;
	int32_t  parent_fd;
} __attribute__((packed));

static void fill_ruleset(struct ruleset *ruleset, size_t *ret_size, long version)
{
	static const unsigned file_rights[] = {0, 13, 14, 15, 15, 16}; /* by version */
	size_t index = version < 5 ? (size_t)version : 5;

	ruleset->files = (1ULL << file_rights[index]) - 1;
	ruleset->network = version >= 4 ? 3 : 0;
	ruleset->scopes = version >= 6 ? SCOPE_ABSTRACT_SOCKETS : 0;
	*ret_size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
}

static enum lbr_error grant(int ruleset_fd, uint64_t rights, int fd, const char *path, struct lbr_reason *reason)
{
	struct beneath rule = {.allowed = rights, .parent_fd = fd};

	if (syscall(CALL_ADD_RULE, ruleset_fd, RULE_PATH_BENEATH, &rule, 0U) != 0)
		return lbr_fail_system_at(reason, errno, path, LBR_WHY(LANDLOCK_RULE));
	return LBR_OK;
}

static enum lbr_error grant_state(int ruleset_fd, uint64_t governed, const char *state_dir, struct lbr_reason *reason)
{
	int fd = open(state_dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	enum lbr_error error;

	if (fd < 0)
		return lbr_fail_system(reason, errno, "%s: open", state_dir);
	error = grant(ruleset_fd, NEEDED & governed, fd, state_dir, reason);
	close(fd);
	return error;
}

/* A missing file does not fail the sign-in here; the code that needs it will report it. */
static enum lbr_error grant_readable(int ruleset_fd, const char *readable, struct lbr_reason *reason)
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
		error = grant(ruleset_fd, ACCESS_READ_FILE, fd, readable, reason);
	close(fd);
	return error;
}

static enum lbr_error confine_files(const char *state_dir, const char *readable, struct lbr_reason *reason)
{
	struct ruleset ruleset;
	enum lbr_error error;
	size_t size;
	long version = syscall(CALL_CREATE_RULESET, NULL, 0UL, ASK_VERSION);
	int fd;

	if (version < 1)
		return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_LANDLOCK));
	fill_ruleset(&ruleset, &size, version);
	fd = (int)syscall(CALL_CREATE_RULESET, &ruleset, size, 0U);
	if (fd < 0)
		return lbr_fail_system(reason, errno, "Landlock");
	error = grant_state(fd, ruleset.files, state_dir, reason);
	if (error == LBR_OK)
		error = grant_readable(fd, readable, reason);
	if (error == LBR_OK && syscall(CALL_RESTRICT_SELF, fd, 0U) != 0)
		error = lbr_fail_system(reason, errno, "Landlock");
	close(fd);
	return error;
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
	struct lbr_reason reason;

	if (syscall(CALL_CREATE_RULESET, NULL, 0UL, ASK_VERSION) < 1)
		(void)forgive_absence(lbr_fail(&reason, LBR_ERR_ABSENT, LBR_WHY(NO_LANDLOCK)), LOG_WARNING, &reason);
	if (!lbr_confine_calls_known())
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
