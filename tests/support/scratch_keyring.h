/* Rings for tests that need no store: a key file of `lines` in a scratch directory, loaded, and gone again. */
#ifndef TESTS_SCRATCH_RING_H
#define TESTS_SCRATCH_RING_H

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/keyring.h>

#define KEY_A "0123abcd 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define KEY_B "fedc9876 ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\n"

static inline void ring_write_file(const char *path, const char *text, size_t len, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	ck_assert_int_eq(close(fd), 0);
}

static inline void ring_scratch_dir(char *dir, size_t size)
{
	const char *base = getenv("TMPDIR");

	snprintf(dir, size, "%s/lbr-keyring-XXXXXX", base != NULL ? base : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

/* Loads a file with that text and mode; the file is removed again. */
static inline enum lbr_error ring_try(const char *text, size_t len, mode_t mode, struct lbr_keyring **ret,
                                      struct lbr_reason *reason)
{
	char dir[128], path[160];
	enum lbr_error error;

	ring_scratch_dir(dir, sizeof(dir));
	snprintf(path, sizeof(path), "%s/seal.key", dir);
	ring_write_file(path, text, len, mode);
	error = lbr_keyring_load(path, ret, reason);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(dir), 0);
	return error;
}

static inline struct lbr_keyring *ring_of(const char *text)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_keyring *keyring;

	ck_assert_msg(ring_try(text, strlen(text), 0600, &keyring, &reason) == LBR_OK, "%s", reason.text);
	return keyring;
}

#endif
