/* A site's logo and style sheet. */
#include "site_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "utf8.h"

struct site_bytes {
	size_t len;
	char   bytes[LBR_SITE_FILE_MAX + 1];
};

static enum lbr_error read_whole(const char *path, struct site_bytes *ret, struct lbr_reason *reason)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	enum lbr_error error = LBR_OK;
	struct stat file;
	ssize_t got = 1;

	if (fd < 0)
		return lbr_fail_system(reason, errno, "%s", path);
	if (fstat(fd, &file) != 0)
		error = lbr_fail_system(reason, errno, "%s: fstat", path);
	else if (!S_ISREG(file.st_mode))
		error = lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(NOT_REGULAR));
	for (ret->len = 0; error == LBR_OK && got > 0 && ret->len < sizeof(ret->bytes); ret->len += got > 0 ? (size_t)got : 0) {
		got = read(fd, ret->bytes + ret->len, sizeof(ret->bytes) - ret->len);
		if (got < 0)
			error = lbr_fail_system(reason, errno, "%s: read", path);
	}
	close(fd);
	if (error == LBR_OK && ret->len > LBR_SITE_FILE_MAX)
		error = lbr_fail_at(reason, LBR_ERR_RANGE, path, LBR_WHY(PORTAL_FILE_SIZE), LBR_SITE_FILE_MAX / 1024);
	return error;
}

static bool is_png(const struct site_bytes *file)
{
	static const char begin[] = "\211PNG\r\n\032\n";

	return file->len > sizeof(begin) - 1 && memcmp(file->bytes, begin, sizeof(begin) - 1) == 0;
}

/* Bytes that are no text, and a NUL, end it early. */
static bool is_text(const struct site_bytes *file)
{
	const char *at = file->bytes;
	uint32_t sign;
	size_t len;

	while ((len = lbr_utf8_decode(at, &sign)) > 0)
		at += len;
	return at == file->bytes + file->len;
}

/* What a script in it may do is the affair of the answer's policy, which allows none. */
static bool is_svg(const struct site_bytes *file)
{
	const char *at = file->bytes + strspn(file->bytes, " \t\r\n");

	return is_text(file) && (strncmp(at, "<svg", 4) == 0 || strncmp(at, "<?xml", 5) == 0) &&
	       strstr(at, "<svg") != NULL;
}

static enum lbr_error seal(const struct site_bytes *file, int *ret, struct lbr_reason *reason)
{
	int fd = memfd_create("liberations-site-file", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || write(fd, file->bytes, file->len) != (ssize_t)file->len ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
		if (fd >= 0)
			close(fd);
		return lbr_fail_system(reason, errno, "memfd_create");
	}
	*ret = fd;
	return LBR_OK;
}

enum lbr_error lbr_site_file_load(const char *path, bool logo, struct lbr_site_file *ret, struct lbr_reason *reason)
{
	static struct site_bytes file;
	enum lbr_error error;

	if (path[0] == '\0')
		return LBR_OK;
	error = read_whole(path, &file, reason);
	if (error != LBR_OK)
		return error;
	file.bytes[file.len] = '\0';
	if (logo)
		ret->kind = is_png(&file) ? LBR_TELL_PNG : LBR_TELL_SVG;
	else
		ret->kind = LBR_TELL_CSS;
	if (ret->kind == LBR_TELL_SVG && !is_svg(&file))
		return lbr_fail_at(reason, LBR_ERR_SYNTAX, path, LBR_WHY(PORTAL_LOGO));
	if (ret->kind == LBR_TELL_CSS && !is_text(&file))
		return lbr_fail_at(reason, LBR_ERR_SYNTAX, path, LBR_WHY(PORTAL_STYLE));
	return seal(&file, &ret->fd, reason);
}

enum lbr_error lbr_site_files_load(const struct lbr_portal_settings *settings, struct lbr_site_files *ret,
                                   struct lbr_reason *reason)
{
	enum lbr_error error = LBR_OK;
	unsigned at;

	for (at = 0; error == LBR_OK && at < settings->site_count; at++) {
		ret[at] = (struct lbr_site_files){ .logo = { .fd = 0 } };
		error = lbr_site_file_load(settings->sites[at].logo, true, &ret[at].logo, reason);
		if (error == LBR_OK)
			error = lbr_site_file_load(settings->sites[at].style, false, &ret[at].style, reason);
	}
	return error;
}
