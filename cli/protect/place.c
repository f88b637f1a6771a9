/* Reads and replaces a service's file. */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "pam_places.h"
#include "plan.h"
#include "reason.h"
#include "write_all.h"

#define ATTRIBUTES_MAX 4096
#define ATTRIBUTE_MAX 65536

/* Who else could write the file could write it again, after it was judged. */
static enum cli_status judge(const struct cli *cli, const struct service_file *place)
{
	if (!S_ISREG(place->st.st_mode))
		return cli_fail(cli, CLI_NO, TEXT_PROTECT_KIND, place->path, NULL);
	if (place->st.st_uid != 0 || (place->st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return cli_fail(cli, CLI_NO, TEXT_PROTECT_OWNER, place->path, NULL);
	if (place->st.st_size > PLAN_TEXT_MAX)
		return cli_fail(cli, CLI_NO, TEXT_PROTECT_LONG, place->path, NULL);
	return CLI_DONE;
}

static enum cli_status read_text(const struct cli *cli, struct service_file *place)
{
	ssize_t got = 1;

	place->text = calloc(1, PLAN_TEXT_MAX + 2);
	if (place->text == NULL)
		return cli_place_fail(cli, place->path, ENOMEM);
	while (got > 0 && place->len <= PLAN_TEXT_MAX) {
		got = read(place->fd, place->text + place->len, PLAN_TEXT_MAX + 1 - place->len);
		if (got < 0)
			return cli_place_fail(cli, place->path, errno);
		place->len += (size_t)got;
	}
	place->text[place->len] = '\0';
	return place->len <= PLAN_TEXT_MAX ? CLI_DONE : cli_fail(cli, CLI_NO, TEXT_PROTECT_LONG, place->path, NULL);
}

static int open_at(const char *directory, const char *service, char ret_path[PLACE_PATH])
{
	snprintf(ret_path, PLACE_PATH, "%s/%s", directory, service);
	return open(ret_path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

/* Where a link leads, seen as the link: that is what is replaced. */
static bool follow(struct service_file *place)
{
	struct stat target;

	place->fd = open(place->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (place->fd < 0 || fstat(place->fd, &target) != 0 || !S_ISREG(target.st_mode) || lstat(place->path, &place->st) != 0)
		return false;
	place->st.st_mode = target.st_mode;
	place->st.st_gid = 0;
	return true;
}

enum cli_status cli_place_read_any(const struct cli *cli, const char *service, struct service_file *ret)
{
	struct service_file place = { .exists = true, .found = true };
	bool good;

	place.fd = open_at(PLACE_PAM, service, place.path);
	good = place.fd >= 0 ? fstat(place.fd, &place.st) == 0 && S_ISREG(place.st.st_mode) : errno == ELOOP && follow(&place);
	if (good) {
		*ret = place;
		return read_text(cli, ret);
	}
	if (place.fd >= 0)
		close(place.fd);
	return cli_place_read(cli, service, ret);
}

enum cli_status cli_place_read(const struct cli *cli, const char *service, struct service_file *ret)
{
	const char *const *place;
	enum cli_status status;

	*ret = (struct service_file){ .fd = open_at(PLACE_PAM, service, ret->path), .exists = true };
	for (place = cli_pam_places() + 1; *place != NULL && ret->fd < 0 && errno == ENOENT; place++) {
		ret->exists = false;
		ret->fd = open_at(*place, service, ret->path);
	}
	snprintf(ret->path, sizeof(ret->path), "%s/%s", PLACE_PAM, service);
	if (ret->fd < 0 && errno == ELOOP)
		return cli_fail(cli, CLI_NO, TEXT_PROTECT_KIND, ret->path, NULL);
	if (ret->fd < 0 && errno == ENOENT) {
		ret->text = calloc(1, 1);
		return ret->text != NULL ? CLI_DONE : cli_place_fail(cli, ret->path, ENOMEM);
	}
	if (ret->fd < 0 || fstat(ret->fd, &ret->st) != 0)
		return cli_place_fail(cli, ret->path, errno);
	ret->found = true;
	status = judge(cli, ret);
	return status == CLI_DONE ? read_text(cli, ret) : status;
}

void cli_place_free(struct service_file *place)
{
	if (place->fd >= 0)
		close(place->fd);
	free(place->text);
	*place = (struct service_file){ .fd = -1 };
}

/* SELinux labels and ACLs stay: a file without its label is one that sshd may not read. IMA and EVM sign what the file held:
 * where the kernel appraises files, one with the hash of another text is refused to everybody. */
bool cli_place_attribute_stays(const char *name)
{
	return strcmp(name, "security.ima") != 0 && strcmp(name, "security.evm") != 0;
}

static bool copy_attributes(int from, int to)
{
	char names[ATTRIBUTES_MAX], *name, *value;
	ssize_t len = flistxattr(from, names, sizeof(names)), size;
	bool good = true;

	if (len < 0)
		return errno == ENOTSUP;
	value = malloc(ATTRIBUTE_MAX);
	for (name = names; value != NULL && good && name < names + len; name += strlen(name) + 1) {
		if (!cli_place_attribute_stays(name))
			continue;
		size = fgetxattr(from, name, value, ATTRIBUTE_MAX);
		good = size >= 0 && fsetxattr(to, name, value, (size_t)size, 0) == 0;
	}
	good = good && value != NULL;
	free(value);
	return good;
}

static bool fill(const struct service_file *place, int fd, const char *text, size_t len)
{
	bool good = cli_write_all(fd, text, len) && fchown(fd, 0, place->found ? place->st.st_gid : 0) == 0;

	if (good && place->exists)
		good = copy_attributes(place->fd, fd);
	return good && fchmod(fd, place->found ? place->st.st_mode & 07777 & ~(S_IWGRP | S_IWOTH) : 0644) == 0 && fsync(fd) == 0;
}

/* Somebody's edit is never overwritten. */
static bool is_unchanged(const struct service_file *place)
{
	struct stat now;

	if (lstat(place->path, &now) != 0)
		return errno == ENOENT && !place->exists;
	return place->exists && now.st_dev == place->st.st_dev && now.st_ino == place->st.st_ino &&
	       now.st_size == place->st.st_size && now.st_mtim.tv_sec == place->st.st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == place->st.st_mtim.tv_nsec;
}

enum cli_status cli_place_check(const struct cli *cli, const struct service_file *place)
{
	return is_unchanged(place) ? CLI_DONE : cli_fail(cli, CLI_NO, TEXT_PROTECT_EDITED, place->path, NULL);
}

/* 0, or an errno number; -1: somebody changed the file meanwhile. */
static int replace(const struct service_file *place, int directory, const char *text, size_t len)
{
	const char *name = strrchr(place->path, '/') + 1;
	char new[PLACE_PATH];
	int fd, error = 0;

	snprintf(new, sizeof(new), ".%s.liberations", name);
	(void)unlinkat(directory, new, 0); /* left by a run that was killed */
	fd = openat(directory, new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno;
	if (!fill(place, fd, text, len))
		error = errno;
	else if (!is_unchanged(place))
		error = -1;
	else if (renameat2(directory, new, directory, name, place->exists ? 0 : RENAME_NOREPLACE) != 0)
		error = errno;
	close(fd);
	if (error != 0)
		(void)unlinkat(directory, new, 0);
	return error;
}

/* The new file is in force whatever this says. */
static enum cli_status settle(const struct cli *cli, const struct service_file *place, int directory)
{
	if (fsync(directory) == 0)
		return CLI_DONE;
	return cli_fail(cli, CLI_FAULT, TEXT_PLACE_UNSETTLED, place->path, cli_errno(cli->language, errno), NULL);
}

enum cli_status cli_place_write(const struct cli *cli, const struct service_file *place, const char *text, size_t len,
                                bool *ret_done)
{
	int directory = open(PLACE_PAM, O_RDONLY | O_DIRECTORY | O_CLOEXEC), error = 0;
	enum cli_status status;

	*ret_done = false;
	if (directory < 0)
		return cli_place_fail(cli, PLACE_PAM, errno);
	if (text != NULL)
		error = replace(place, directory, text, len);
	else if (!is_unchanged(place))
		error = -1;
	else if (unlinkat(directory, strrchr(place->path, '/') + 1, 0) != 0)
		error = errno;
	*ret_done = error == 0;
	if (error == -1)
		status = cli_fail(cli, CLI_NO, TEXT_PROTECT_EDITED, place->path, NULL);
	else if (error != 0)
		status = cli_place_fail(cli, place->path, error);
	else
		status = settle(cli, place, directory);
	close(directory);
	return status;
}

enum cli_status cli_place_settle(const struct cli *cli, const struct service_file *place)
{
	int directory = open(PLACE_PAM, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum cli_status status;

	if (directory < 0)
		return errno == ENOENT ? CLI_DONE : cli_place_fail(cli, PLACE_PAM, errno);
	status = settle(cli, place, directory);
	close(directory);
	return status;
}
