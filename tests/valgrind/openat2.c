/* valgrind before 3.20 knows no openat2(2), without which the product opens nothing. Preloaded into programs that run under
 * it, this does the same with openat(2), one component at a time: enough for finding memory errors, not for trust. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PATH_LEN 512

/* Goes down to the last directory of `path`. Returns its descriptor, which the caller closes unless it is `from`. */
static int walk(int from, char *path, char **ret_last)
{
	int dir = from, next;
	char *part = path, *slash;

	if (*part == '/') {
		dir = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		part += strspn(part, "/");
	}
	for (; dir != -1 && (slash = strchr(part, '/')) != NULL; part = slash + 1) {
		*slash = '\0';
		next = openat(dir, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0 && errno == ENOTDIR)
			errno = ELOOP;
		if (dir != from)
			close(dir);
		dir = next;
	}
	*ret_last = *part != '\0' ? part : (char *)(uintptr_t)".";
	return dir;
}

static long open_beneath(int from, const char *path, const struct open_how *how)
{
	char copy[PATH_LEN], *last;
	int dir, fd, saved_errno;

	if (strlen(path) >= sizeof(copy) || strstr(path, "..") != NULL || (path[0] == '/' && (how->resolve & RESOLVE_BENEATH))) {
		errno = EXDEV;
		return -1;
	}
	memcpy(copy, path, strlen(path) + 1);
	dir = walk(from, copy, &last);
	if (dir == -1)
		return -1;
	fd = openat(dir, last, (int)how->flags | O_NOFOLLOW, (mode_t)how->mode);
	saved_errno = errno;
	if (dir != from)
		close(dir);
	errno = saved_errno;
	return fd;
}

__attribute__((visibility("default"))) long syscall(long number, ...)
{
	long (*next)(long, ...) = (long (*)(long, ...))(uintptr_t)dlsym(RTLD_NEXT, "syscall");
	long argument[6];
	va_list arguments;
	size_t i;

	va_start(arguments, number);
	for (i = 0; i < 6; i++)
		argument[i] = va_arg(arguments, long);
	va_end(arguments);
	if (number == SYS_openat2)
		return open_beneath((int)argument[0], (const char *)argument[1], (const struct open_how *)argument[2]);
	return next(number, argument[0], argument[1], argument[2], argument[3], argument[4], argument[5]);
}
