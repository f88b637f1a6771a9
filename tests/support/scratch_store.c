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

#include <liberations/password.h>
#include <liberations/token.h>

#include "support/unprivileged.h"

struct scratch scratch = { .now_s = 1900000000 };

int64_t scratch_now_s(void)
{
	return scratch.now_s;
}

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
	ck_assert_msg(lbr_store_open(scratch.state, scratch.keyring, scratch_now_s, &scratch.store, &reason) == LBR_OK, "%s", reason.text);
}

struct lbr_account scratch_account(const char *name)
{
	struct lbr_account account = {
		.generation = 1, .has_uid = true, .uid = 1000, .language = LBR_LANGUAGE_FR,
		.password_kind = LBR_PASSWORD_TEMPORARY, .password_set_s = 1700000000, .invited_until_s = 1700259200,
		.password_hash = "$y$j75$abcdefghijklmnop$0123456789abcdefghijklmnopqrstuvwxyzABCDEFG",
		.token_kind = LBR_TOKEN_PENDING, .contact = "r.roy@example.net",
	};
	unsigned char key[LBR_TOKEN_KEY_LEN] = { 0 };
	size_t i;

	for (i = 0; i < LBR_TOKEN_SHORT_LEN; i++)
		key[i] = (unsigned char)(i + 1);
	ck_assert_uint_lt(strlen(name), sizeof(account.name));
	memcpy(account.name, name, strlen(name));
	ck_assert_int_eq(lbr_token_seal(scratch.keyring, name, key, &account.token), LBR_OK);
	return account;
}

struct lbr_account scratch_own_account(const char *name, const unsigned char *key, const char *password)
{
	struct lbr_account account = scratch_account(name);
	struct lbr_secret secret;

	if (key != NULL)
		ck_assert_int_eq(lbr_token_seal(scratch.keyring, name, key, &account.token), LBR_OK);
	account.password_kind = LBR_PASSWORD_OWN;
	account.token_kind = LBR_TOKEN_CONFIRMED;
	account.invited_until_s = 0;
	account.password_set_s = scratch.now_s - 1000;
	ck_assert_int_eq(lbr_secret_set(&secret, password, strlen(password)), LBR_OK);
	ck_assert_int_eq(lbr_password_hash(&secret, 1, account.password_hash), LBR_OK);
	return account;
}

void scratch_create(const struct lbr_account *account)
{
	struct lbr_reason reason = { .text = "" };

	ck_assert_msg(lbr_store_create(scratch.store, &(struct lbr_record){ .account = account }, &reason) == LBR_OK, "%s",
	              reason.text);
}

void scratch_enroll(const char *name)
{
	struct lbr_account account = scratch_account(name);

	scratch_create(&account);
}

struct lbr_view scratch_view(const char *name)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;

	ck_assert_msg(lbr_store_load(scratch.store, name, &view, &reason) == LBR_OK, "%s: %s", name, reason.text);
	return view;
}

struct lbr_view scratch_decoy(const char *name)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;

	ck_assert_msg(lbr_store_load_decoy(scratch.store, name, &view, &reason) == LBR_OK, "%s: %s", name, reason.text);
	return view;
}

/* What the edit of a test needs. */
struct scratch_edit {
	unsigned            parts;
	scratch_change     *change;
	const void         *context;
};

static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	const struct scratch_edit *edit = context;

	(void)reason;
	if (edit->change != NULL)
		edit->change(view, edit->context);
	*ret_parts = edit->parts;
	return LBR_OK;
}

enum lbr_error scratch_commit(struct lbr_view *view, unsigned parts, scratch_change *change, const void *context)
{
	struct scratch_edit what = { parts, change, context };

	return lbr_store_commit(view, edit, &what, NULL);
}

void scratch_change_of(const char *name, unsigned parts, scratch_change *change, const void *context)
{
	struct lbr_view view = scratch_view(name);

	ck_assert_int_eq(scratch_commit(&view, parts, change, context), LBR_OK);
	lbr_view_release(&view);
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
