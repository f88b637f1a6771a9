/* The files that store.conf names. Read secret_files.h first. */
#include "secret_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The descriptor is judged, not the name: a name may be a link, as those of a certificate that renews itself are. */
static enum lbr_error judge(int fd, const char *path, bool secret, const char *user, struct lbr_reason *reason)
{
	struct stat st;
	mode_t open;

	if (fstat(fd, &st) != 0)
		return lbr_fail_system(reason, errno, "%s: fstat", path);
	if (!S_ISREG(st.st_mode))
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(NOT_REGULAR));
	open = !secret ? 022 : st.st_uid == 0 ? 037 : 077;
	if ((st.st_uid == 0 || st.st_uid == geteuid()) && (st.st_mode & open) == 0)
		return LBR_OK;
	if (secret)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(SECRET_FILE_OWNER), (unsigned)st.st_uid,
		                   (unsigned)(st.st_mode & 07777), user, path, path);
	return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(CONFIGURATION_OWNER), (unsigned)st.st_uid,
	                   (unsigned)(st.st_mode & 07777), path, path);
}

static enum lbr_error open_file(const char *path, bool secret, const char *user, int *ret, struct lbr_reason *reason)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	enum lbr_error error;

	*ret = -1;
	if (fd < 0 && errno == ENOENT)
		return lbr_fail_at(reason, LBR_ERR_ABSENT, path, LBR_WHY(NOT_THERE));
	if (fd < 0 && errno == EACCES)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(SECRET_FILE_CLOSED), user, path);
	if (fd < 0)
		return lbr_fail_system(reason, errno, "%s", path);
	error = judge(fd, path, secret, user, reason);
	if (error == LBR_OK)
		*ret = fd;
	else
		(void)close(fd);
	return error;
}

static enum lbr_error check(const char *path, bool secret, const char *user, struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	if (path[0] == '\0')
		return LBR_OK;
	error = open_file(path, secret, user, &fd, reason);
	if (fd >= 0)
		(void)close(fd);
	return error;
}

enum lbr_error lbr_secret_files_check(const struct lbr_store_settings *settings, struct lbr_reason *reason)
{
	enum lbr_error error = check(settings->tls_ca, false, settings->run_as, reason);

	if (error == LBR_OK)
		error = check(settings->tls_certificate, false, settings->run_as, reason);
	if (error == LBR_OK)
		error = check(settings->tls_key, true, settings->run_as, reason);
	if (error == LBR_OK && settings->password.len == 0)
		error = check(settings->password_file, true, settings->run_as, reason);
	return error;
}

/* The first line, or what there is of it. */
static enum lbr_error read_line(int fd, const char *path, struct lbr_secret *ret, struct lbr_reason *reason)
{
	char bytes[LBR_SECRET_MAX + 2];
	enum lbr_error error = LBR_OK;
	size_t len = 0;
	ssize_t got;

	do {
		got = read(fd, bytes + len, sizeof(bytes) - len);
		len += got > 0 ? (size_t)got : 0;
	} while ((got > 0 && len < sizeof(bytes) && memchr(bytes, '\n', len) == NULL) || (got < 0 && errno == EINTR));
	if (got < 0)
		error = lbr_fail_system(reason, errno, "%s", path);
	else if (memchr(bytes, '\n', len) != NULL)
		len = (size_t)((char *)memchr(bytes, '\n', len) - bytes);
	if (error == LBR_OK && (len == 0 || lbr_secret_set(ret, bytes, len) != LBR_OK))
		error = lbr_fail_at(reason, LBR_ERR_SYNTAX, path, LBR_WHY(SECRET_FILE_LINE));
	lbr_wipe(bytes, sizeof(bytes));
	return error;
}

enum lbr_error lbr_password_read(const struct lbr_store_settings *settings, struct lbr_secret *ret, struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	*ret = settings->password;
	if (settings->password_file[0] == '\0' || settings->password.len > 0)
		return LBR_OK;
	error = open_file(settings->password_file, true, settings->run_as, &fd, reason);
	if (error == LBR_OK)
		error = read_line(fd, settings->password_file, ret, reason);
	if (fd >= 0)
		(void)close(fd);
	return error;
}

enum lbr_error lbr_password_keep(struct lbr_store_settings *settings, struct lbr_reason *reason)
{
	struct lbr_secret password;
	enum lbr_error error = lbr_password_read(settings, &password, reason);

	if (error == LBR_OK)
		settings->password = password;
	lbr_secret_wipe(&password);
	return error == LBR_ERR_UNSAFE ? LBR_OK : error; /* perhaps that user's own, who then reads and judges it */
}
