/* Landlock. The numbers are defined here because the system's headers may be older than its kernel. */
#include <liberations/landlock.h>

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The same on every architecture. */
#define CALL_CREATE_RULESET 444
#define CALL_ADD_RULE 445
#define CALL_RESTRICT_SELF 446

#define ASK_VERSION 1U
#define RULE_PATH_BENEATH 1
#define NETWORK_BIND 1
#define NETWORK_CONNECT 2
#define SCOPE_ABSTRACT_SOCKETS 1

/* linux/landlock.h: every right that the running kernel knows is governed; what is not granted is forbidden. */
struct ruleset {
	uint64_t files;
	uint64_t network; /* from version 4: bind and connect of TCP */
	uint64_t scopes;  /* from version 6: abstract sockets; system call filters bound signals */
};

struct beneath {
	uint64_t allowed;
	int32_t  parent_fd;
} __attribute__((packed));

static size_t fill_ruleset(struct ruleset *ruleset, long version, bool connects)
{
	static const unsigned file_rights[] = {0, 13, 14, 15, 15, 16}; /* by version */
	size_t index = version < 5 ? (size_t)version : 5;

	ruleset->files = (1ULL << file_rights[index]) - 1;
	ruleset->network = version < 4 ? 0 : connects ? NETWORK_BIND : NETWORK_BIND | NETWORK_CONNECT;
	ruleset->scopes = version >= 6 ? SCOPE_ABSTRACT_SOCKETS : 0;
	return version >= 6 ? 24 : version >= 4 ? 16 : 8;
}

enum lbr_error lbr_landlock_begin(struct lbr_landlock *landlock, bool connects, struct lbr_reason *reason)
{
	long version = syscall(CALL_CREATE_RULESET, NULL, 0UL, ASK_VERSION);
	struct ruleset ruleset;
	size_t size;

	*landlock = (struct lbr_landlock){.fd = -1};
	if (version < 1)
		return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_LANDLOCK));
	size = fill_ruleset(&ruleset, version, connects);
	landlock->governed = ruleset.files;
	landlock->fd = (int)syscall(CALL_CREATE_RULESET, &ruleset, size, 0U);
	return landlock->fd < 0 ? lbr_fail_system(reason, errno, "Landlock") : LBR_OK;
}

enum lbr_error lbr_landlock_grant(const struct lbr_landlock *landlock, uint64_t rights, int fd, const char *path,
                                  struct lbr_reason *reason)
{
	struct beneath rule = {.allowed = rights & landlock->governed, .parent_fd = fd};

	if (syscall(CALL_ADD_RULE, landlock->fd, RULE_PATH_BENEATH, &rule, 0U) != 0)
		return lbr_fail_system_at(reason, errno, path, LBR_WHY(LANDLOCK_RULE));
	return LBR_OK;
}

enum lbr_error lbr_landlock_end(struct lbr_landlock *landlock, enum lbr_error error, struct lbr_reason *reason)
{
	if (error == LBR_OK && syscall(CALL_RESTRICT_SELF, landlock->fd, 0U) != 0)
		error = lbr_fail_system(reason, errno, "Landlock");
	if (landlock->fd >= 0)
		(void)close(landlock->fd);
	landlock->fd = -1;
	return error;
}
