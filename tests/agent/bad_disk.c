/* A disk that fails, preloaded into an agent: BAD_FSYNC=N is the call of fsync(2) that fails, BAD_FDATASYNC=N the first of
 * fdatasync(2) from which on all do. A tracer cannot do that: the agent's filter ends it for a call that was replaced. */
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static long bad_fsync, bad_fdatasync;

static long number_of(const char *name)
{
	const char *text = getenv(name);

	return text != NULL ? strtol(text, NULL, 10) : 0;
}

/* Before the agent clears its environment. */
__attribute__((constructor)) static void begin(void)
{
	bad_fsync = number_of("BAD_FSYNC");
	bad_fdatasync = number_of("BAD_FDATASYNC");
}

__attribute__((visibility("default"))) int fsync(int fd)
{
	if (bad_fsync > 0 && --bad_fsync == 0) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fsync, fd);
}

__attribute__((visibility("default"))) int fdatasync(int fd)
{
	if (bad_fdatasync == 1) {
		errno = EIO;
		return -1;
	}
	if (bad_fdatasync > 1)
		bad_fdatasync--;
	return (int)syscall(SYS_fdatasync, fd);
}
