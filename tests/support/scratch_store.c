#include "support/scratch_store.h"

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/unprivileged.h"

struct scratch scratch;

static int write_key(void)
{
	char line[LBR_KEY_LINE_MAX];
	size_t len;
	int fd, failed;

	if (lbr_keyring_new_line(line) != LBR_OK)
		return -1;
	len = strlen(line);
	fd = open(scratch.key, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	failed = fd < 0 || write(fd, line, len) != (ssize_t)len;
	if (fd >= 0)
		close(fd);
	return failed ? -1 : 0;
}

static int lay_out(void)
{
	struct lbr_reason reason = { .text = "" };

	if (become_unprivileged(scratch.dir) != 0 || mkdir(scratch.state, 0700) != 0 || write_key() != 0)
		return 1;
	if (lbr_keyring_load(scratch.key, &scratch.keyring, &reason) == LBR_OK &&
	    lbr_store_lay_out(scratch.state, scratch.keyring, &reason) == LBR_OK)
		return 0;
	fprintf(stderr, "lay-out: %s\n", reason.text);
	return 1;
}

void scratch_make(void)
{
	const char *base = getenv("TMPDIR");
	int status = -1;
	pid_t child;

	snprintf(scratch.dir, sizeof(scratch.dir), "%s/lbr-unit-XXXXXX", base != NULL ? base : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(scratch.dir));
	snprintf(scratch.state, sizeof(scratch.state), "%s/state", scratch.dir);
	snprintf(scratch.key, sizeof(scratch.key), "%s/seal.key", scratch.dir);
	child = fork();
	if (child == 0)
		_exit(lay_out());
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

void scratch_remove(void)
{
	ck_assert_int_eq(nftw(scratch.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

void scratch_enter(void)
{
	struct lbr_reason reason = { .text = "" };

	ck_assert_int_eq(become_unprivileged(NULL), 0);
	ck_assert_msg(lbr_keyring_load(scratch.key, &scratch.keyring, &reason) == LBR_OK, "%s", reason.text);
	ck_assert_msg(lbr_store_open(scratch.state, scratch.keyring, &scratch.store, &reason) == LBR_OK, "%s", reason.text);
}

struct lbr_account scratch_account(const char *name)
{
	struct lbr_account account = {
		.generation = 1, .has_uid = true, .uid = 1000, .language = LBR_LANGUAGE_FR,
		.password_kind = LBR_PASSWORD_TEMPORARY, .password_set_s = 1700000000, .invited_until_s = 1700259200,
		.password_hash = "$y$j75$abcdefghijklmnop$0123456789abcdefghijklmnopqrstuvwxyzABCDEFG",
		.token_kind = LBR_TOKEN_PENDING, .contact = "r.roy@example.net",
	};
	unsigned char key[LBR_TOKEN_KEY_LEN];
	size_t i;

	for (i = 0; i < sizeof(key); i++)
		key[i] = (unsigned char)(i + 1);
	ck_assert_uint_lt(strlen(name), sizeof(account.name));
	memcpy(account.name, name, strlen(name));
	ck_assert_int_eq(lbr_token_seal(scratch.keyring, name, key, &account.token), LBR_OK);
	return account;
}

void scratch_enroll(const char *name)
{
	struct lbr_account account = scratch_account(name);
	struct lbr_reason reason = { .text = "" };

	ck_assert_msg(lbr_store_create(scratch.store, &account, &reason) == LBR_OK, "%s", reason.text);
}

const char *scratch_path(const char *tree, const char *name)
{
	static char paths[4][512];
	static unsigned turn;
	char file[LBR_NAME_FILE_MAX + 1], shard[3];
	char *path = paths[turn++ % 4];

	ck_assert_int_eq(lbr_name_encode(name, file), LBR_OK);
	ck_assert_int_eq(lbr_name_shard(name, shard), LBR_OK);
	snprintf(path, sizeof(paths[0]), "%s/%s/%s/%s", scratch.state, tree, shard, file);
	return path;
}
