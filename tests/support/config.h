/* A configuration file in a scratch directory, loaded, with what was said about it. */
#ifndef TESTS_CONFIG_H
#define TESTS_CONFIG_H

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/settings.h>

static char folder[64], path[96], other[96];

struct heard {
	unsigned count;
	char     all[8192];
};

static inline void hear(void *context, const struct lbr_reason *reason)
{
	struct heard *heard = context;
	size_t used = strlen(heard->all);

	heard->count++;
	snprintf(heard->all + used, sizeof(heard->all) - used, "%s\n", reason->text);
}

static inline void set_up(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%.40s/lbr-settings-XXXXXX", tmp != NULL ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chmod(folder, 0755), 0);
	snprintf(path, sizeof(path), "%s/liberations.conf", folder);
	snprintf(other, sizeof(other), "%s/other", folder);
}

static inline void tear_down(void)
{
	unlink(path);
	rmdir(path);
	unlink(other);
	ck_assert_int_eq(rmdir(folder), 0);
}

static inline void write_file(const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
	ck_assert_int_eq(fchmod(fd, 0644), 0);
	close(fd);
}

static inline enum lbr_error load(struct heard *heard, struct lbr_settings *settings)
{
	static const struct lbr_settings none;
	enum lbr_error error;

	memset(heard, 0, sizeof(*heard));
	error = lbr_settings_load(path, settings, hear, heard);
	ck_assert_int_eq(error == LBR_OK, heard->count == 0);
	if (error != LBR_OK) {
		ck_assert_mem_eq(settings, &none, sizeof(none));
		ck_assert_int_eq(strncmp(heard->all, path, strlen(path)), 0);
	}
	return error;
}

static inline enum lbr_error load_text(const char *text, size_t len, struct heard *heard)
{
	struct lbr_settings settings;

	write_file(text, len);
	return load(heard, &settings);
}

#endif
