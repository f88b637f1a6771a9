/* A configuration file: opened and read as one that may say who is let in. */
#include <liberations/config_file.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

struct listener {
	const char *path;
	lbr_fault  *fault;
	void       *context;
};

static void say(const struct listener *listener, const struct lbr_reason *reason)
{
	if (listener->fault != NULL)
		listener->fault(listener->context, reason);
}

static enum lbr_error __attribute__((format(printf, 4, 5)))
tell(const struct listener *listener, enum lbr_error error, enum lbr_clause clause, const char *english, ...)
{
	struct lbr_reason reason;
	va_list words;

	va_start(words, english);
	lbr_reason_set(&reason, clause, english, words);
	va_end(words);
	lbr_reason_prefix(&reason, listener->path);
	say(listener, &reason);
	return error;
}

static enum lbr_error tell_system(const struct listener *listener, const char *call)
{
	struct lbr_reason reason;

	lbr_fail_system(&reason, errno, "%s: %s", listener->path, call);
	say(listener, &reason);
	return LBR_ERR_SYSTEM;
}

/* A FIFO must not block us, a terminal must not become ours, and a symbolic link must not lead elsewhere. */
static enum lbr_error open_file(const struct listener *listener, const struct lbr_reason *missing, int *ret)
{
	*ret = open(listener->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (*ret >= 0)
		return LBR_OK;
	if (errno == ENOENT) {
		say(listener, missing);
		return LBR_ERR_ABSENT;
	}
	if (errno == ELOOP)
		return tell(listener, LBR_ERR_UNSAFE, LBR_WHY(CONFIGURATION_LINK));
	return tell_system(listener, "open");
}

/* Checks the descriptor, not the name, and reports each fault. */
static enum lbr_error check_file(const struct listener *listener, int fd)
{
	enum lbr_error error = LBR_OK;
	struct stat file;
	struct statfs mounted;

	if (fstat(fd, &file) != 0 || fstatfs(fd, &mounted) != 0)
		return tell_system(listener, "fstat");
	/* What a user's process says of itself is root's in /proc, once the process may not be dumped. */
	if (!S_ISREG(file.st_mode) || mounted.f_type == PROC_SUPER_MAGIC)
		return tell(listener, LBR_ERR_UNSAFE, LBR_WHY(CONFIGURATION_KIND));
	if (file.st_nlink != 1)
		error = tell(listener, LBR_ERR_UNSAFE, LBR_WHY(CONFIGURATION_LINKED_TWICE));
	if ((file.st_uid != 0 && file.st_uid != geteuid()) || (file.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		error = tell(listener, LBR_ERR_UNSAFE, LBR_WHY(CONFIGURATION_OWNER), (unsigned)file.st_uid,
		             (unsigned)(file.st_mode & 07777), listener->path, listener->path);
	if (error == LBR_OK && file.st_size > LBR_CONFIG_MAX)
		error = tell(listener, LBR_ERR_SYNTAX, LBR_WHY(CONFIGURATION_SIZE));
	return error;
}

/* Reads to the end of the file, but at most `size` bytes. */
static enum lbr_error read_file(const struct listener *listener, int fd, char *bytes, size_t size, size_t *ret_len)
{
	size_t len = 0;
	ssize_t got;

	for (;;) {
		got = read(fd, bytes + len, size - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return tell_system(listener, "read");
		len += (size_t)got;
		if (len == size)
			return tell(listener, LBR_ERR_SYNTAX, LBR_WHY(CONFIGURATION_SIZE));
		if (got == 0)
			break;
	}
	*ret_len = len;
	return LBR_OK;
}

static enum lbr_error load(const struct listener *listener, int fd, char **ret, size_t *ret_len)
{
	enum lbr_error error = check_file(listener, fd);

	if (error == LBR_OK) {
		*ret = malloc(LBR_CONFIG_MAX + 1);
		if (*ret == NULL)
			error = tell(listener, LBR_ERR_MEMORY, LBR_WHY(NO_MEMORY_TO_READ));
	}
	if (error == LBR_OK)
		error = read_file(listener, fd, *ret, LBR_CONFIG_MAX + 1, ret_len);
	if (error != LBR_OK) {
		free(*ret);
		*ret = NULL;
	}
	return error;
}

enum lbr_error lbr_config_file_read(const char *path, const struct lbr_reason *missing, char **ret, size_t *ret_len,
                                    lbr_fault *fault, void *context)
{
	const struct listener listener = { path, fault, context };
	enum lbr_error error;
	int fd;

	*ret = NULL;
	*ret_len = 0;
	error = open_file(&listener, missing, &fd);
	if (error == LBR_OK)
		error = load(&listener, fd, ret, ret_len);
	if (fd >= 0)
		close(fd);
	return error;
}

enum lbr_error lbr_config_file_read_open(int fd, const char *path, char **ret, size_t *ret_len, lbr_fault *fault, void *context)
{
	const struct listener listener = { path, fault, context };

	*ret = NULL;
	*ret_len = 0;
	if (lseek(fd, 0, SEEK_SET) < 0 && errno != ESPIPE)
		return tell_system(&listener, "lseek");
	return load(&listener, fd, ret, ret_len);
}
