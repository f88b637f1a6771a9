#include "key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "init.h"
#include "write_all.h"

#define NAME_NEW_MAX 256

/* What the loader of keys demands too. */
static enum lbr_error check(const struct key_file *file, struct lbr_reason *reason)
{
	if (!S_ISREG(file->seen.st_mode))
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, file->path, LBR_WHY(NOT_REGULAR));
	if (file->seen.st_nlink != 1)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, file->path, LBR_WHY(LINKED_TWICE));
	if (file->seen.st_uid != geteuid())
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, file->path, LBR_WHY(KEY_OWNER), (unsigned)file->seen.st_uid,
		                   (unsigned)geteuid());
	if ((file->seen.st_mode & 027) != 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, file->path, LBR_WHY(KEY_MODE));
	return LBR_OK;
}

static enum lbr_error read_text(const struct key_file *file, struct key_text *text, struct lbr_reason *reason)
{
	ssize_t got = 1;

	memset(text, 0, sizeof(*text));
	while (got > 0 && text->len < KEY_TEXT_MAX) {
		got = pread(file->fd, text->bytes + text->len, KEY_TEXT_MAX - text->len, (off_t)text->len);
		if (got < 0)
			return lbr_fail_system(reason, errno, "%s: read", file->path);
		text->len += (size_t)got;
	}
	if (strlen(text->bytes) != text->len || text->len == 0 || text->bytes[text->len - 1] != '\n')
		return lbr_fail_at(reason, LBR_ERR_SYNTAX, file->path, LBR_WHY(NO_KEY));
	return LBR_OK;
}

static enum lbr_error open_file(struct key_file *file, struct key_text *text, struct lbr_reason *reason)
{
	enum lbr_error error = cli_open_parent(file->path, &file->directory, &file->name, reason);

	if (error != LBR_OK)
		return error;
	file->fd = openat(file->directory, file->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (file->fd < 0 || fstat(file->fd, &file->seen) != 0)
		return lbr_fail_system(reason, errno, "%s: open", file->path);
	error = check(file, reason);
	return error == LBR_OK ? read_text(file, text, reason) : error;
}

/* If the file was replaced between open and lock, the lock is on the old one. */
static bool lock(const struct key_file *file)
{
	struct stat now;

	return flock(file->fd, LOCK_EX | LOCK_NB) == 0 && fstatat(file->directory, file->name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       now.st_dev == file->seen.st_dev && now.st_ino == file->seen.st_ino;
}

enum cli_status cli_key_file_open(struct cli *cli, const char *path, struct key_file *file, struct key_text *text)
{
	struct lbr_reason reason = { .text = "" };
	enum cli_status status = CLI_DONE;
	enum lbr_error error;

	*file = (struct key_file){ .path = path, .directory = -1, .fd = -1 };
	error = open_file(file, text, &reason);
	if (error != LBR_OK) {
		cli_fail_reason(cli, NULL, error, &reason);
		status = CLI_FAULT;
	} else if (!lock(file)) {
		status = cli_fail(cli, CLI_NO, TEXT_REKEY_BUSY, NULL);
	}
	if (status != CLI_DONE) {
		cli_key_file_close(file);
		lbr_wipe(text, sizeof(*text));
	}
	return status;
}

static bool fill(int fd, const struct key_file *file, const struct key_text *text)
{
	return cli_write_all(fd, text->bytes, text->len) && fchown(fd, file->seen.st_uid, file->seen.st_gid) == 0 &&
	       fchmod(fd, file->seen.st_mode & 07777) == 0 && fsync(fd) == 0;
}

enum cli_status cli_key_file_replace(struct cli *cli, const struct key_file *file, const struct key_text *text)
{
	struct lbr_reason reason = { .text = "" };
	char new[NAME_NEW_MAX];
	bool done = false;
	int fd, saved = ENAMETOOLONG;

	if (snprintf(new, sizeof(new), "%s.new", file->name) < (int)sizeof(new)) {
		(void)unlinkat(file->directory, new, 0); /* left by a run that was interrupted */
		fd = openat(file->directory, new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		done = fd >= 0 && fill(fd, file, text) && renameat(file->directory, new, file->directory, file->name) == 0 &&
		       fsync(file->directory) == 0;
		saved = errno;
		if (fd >= 0)
			close(fd);
		if (fd >= 0 && !done)
			(void)unlinkat(file->directory, new, 0);
	}
	if (done)
		return CLI_DONE;
	lbr_fail_system(&reason, saved, "%s: write", file->path);
	return cli_fail_reason(cli, NULL, LBR_ERR_SYSTEM, &reason);
}

void cli_key_file_close(struct key_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	if (file->directory >= 0)
		close(file->directory);
	file->fd = file->directory = -1;
}
