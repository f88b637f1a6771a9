/* The file of the portal's key. */
#include "portal_key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include <liberations/own_file.h>
#include <liberations/secret.h>

#define HEX (2 * LBR_PORTAL_KEY_LEN)

static enum lbr_error check(int fd, const char *path, struct lbr_reason *reason)
{
	struct stat file;

	if (fstat(fd, &file) != 0)
		return lbr_fail_system(reason, errno, "%s: fstat", path);
	if (!S_ISREG(file.st_mode))
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(NOT_REGULAR));
	if (file.st_nlink != 1)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(LINKED_TWICE));
	if ((file.st_uid != 0 && file.st_uid != geteuid()) || (file.st_mode & (S_IWGRP | S_IRWXO)) != 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(PORTAL_KEY_OWNER), (unsigned)file.st_uid);
	return LBR_OK;
}

/* The text is never quoted. */
static enum lbr_error parse(const char *text, size_t len, struct lbr_portal_key *ret)
{
	unsigned char master[LBR_PORTAL_KEY_LEN];
	size_t got = 0;
	int failed = len != HEX + 1 || text[HEX] != '\n' ||
	             sodium_hex2bin(master, sizeof(master), text, HEX, NULL, &got, NULL) != 0 || got != sizeof(master);

	if (!failed)
		lbr_portal_key_derive(master, ret);
	lbr_wipe(master, sizeof(master));
	return failed ? LBR_ERR_SYNTAX : LBR_OK;
}

enum lbr_error lbr_portal_key_load(const char *path, struct lbr_portal_key *ret, struct lbr_reason *reason)
{
	char text[HEX + 3];
	ssize_t got = 0;
	enum lbr_error error;
	int fd;

	lbr_wipe(ret, sizeof(*ret));
	error = lbr_file_openat(AT_FDCWD, path, O_RDONLY, false, &fd, reason);
	if (error != LBR_OK)
		return error;
	error = check(fd, path, reason);
	if (error == LBR_OK) {
		got = read(fd, text, sizeof(text));
		if (got < 0)
			error = lbr_fail_system(reason, errno, "%s: read", path);
	}
	if (error == LBR_OK && parse(text, (size_t)got, ret) != LBR_OK)
		error = lbr_fail_at(reason, LBR_ERR_SYNTAX, path, LBR_WHY(PORTAL_KEY_LINE));
	lbr_wipe(text, sizeof(text));
	close(fd);
	return error;
}
