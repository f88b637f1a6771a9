/* The key file: read once, checked in full, wiped; only the derived keys stay. */
#include "keyring_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include <liberations/random.h>

#include "file.h"

#define FILE_MAX 8192
#define HEX_LEN (2 * LBR_KEYRING_KEY_LEN)
#define LINE_LEN (LBR_KEY_ID_LEN + 1 + HEX_LEN)

_Static_assert(LINE_LEN + 2 <= LBR_KEY_LINE_MAX, "a line, its newline and its NUL");
_Static_assert(LBR_KEYRING_KEY_LEN == crypto_kdf_KEYBYTES, "the file holds master keys of the derivation");

static int is_lower_hex(const char *text, size_t len)
{
	return strspn(text, "0123456789abcdef") >= len;
}

int lbr_keyring_is_id(const char *id)
{
	return strnlen(id, LBR_KEY_ID_LEN + 1) == LBR_KEY_ID_LEN && is_lower_hex(id, LBR_KEY_ID_LEN);
}

static int derive(struct lbr_keyring_key *key, const unsigned char master[LBR_KEYRING_KEY_LEN])
{
	return crypto_kdf_derive_from_key(key->mac, sizeof(key->mac), 1, "lbr-mac_", master) != 0 ||
	       crypto_kdf_derive_from_key(key->token, sizeof(key->token), 2, "lbr-tokn", master) != 0 ||
	       crypto_kdf_derive_from_key(key->decoy, sizeof(key->decoy), 3, "lbr-decy", master) != 0 ||
	       crypto_kdf_derive_from_key(key->envelope, sizeof(key->envelope), 4, "lbr-envl", master) != 0;
}

/* Adds the key of one "ID HEX" line, already cut at its end. */
static enum lbr_error add_key(struct lbr_keyring *keyring, const char *line)
{
	struct lbr_keyring_key *key = &keyring->keys[keyring->count];
	unsigned char master[LBR_KEYRING_KEY_LEN];
	size_t i;
	int failed;

	if (keyring->count == LBR_KEYRING_KEYS_MAX || strlen(line) != LINE_LEN || !is_lower_hex(line, LBR_KEY_ID_LEN) ||
	    line[LBR_KEY_ID_LEN] != ' ' || !is_lower_hex(line + LBR_KEY_ID_LEN + 1, HEX_LEN))
		return LBR_ERR_SYNTAX;
	for (i = 0; i < keyring->count; i++)
		if (memcmp(keyring->keys[i].id, line, LBR_KEY_ID_LEN) == 0)
			return LBR_ERR_SYNTAX;
	memcpy(key->id, line, LBR_KEY_ID_LEN);
	failed = sodium_hex2bin(master, sizeof(master), line + LBR_KEY_ID_LEN + 1, HEX_LEN, NULL, NULL, NULL) != 0 ||
	         derive(key, master);
	lbr_wipe(master, sizeof(master));
	if (failed)
		return LBR_ERR_INTERNAL;
	keyring->count++;
	return LBR_OK;
}

static enum lbr_error in_line(enum lbr_error error, unsigned number, const char *path, struct lbr_reason *reason)
{
	lbr_reason_prefix_clause(reason, LBR_WHY(LINE), number);
	lbr_reason_prefix(reason, path);
	return error;
}

/* `text` is cut into lines in place. The line itself is never quoted: it may hold a key. */
static enum lbr_error parse(struct lbr_keyring *keyring, char *text, size_t len, const char *path, struct lbr_reason *reason)
{
	enum lbr_error error;
	unsigned number = 1;
	char *end;

	if (strlen(text) != len)
		return lbr_fail_at(reason, LBR_ERR_SYNTAX, path, LBR_WHY(HOLDS_NUL));
	for (; *text != '\0'; text = end + 1, number++) {
		end = strchr(text, '\n');
		if (end == NULL)
			return in_line(lbr_fail(reason, LBR_ERR_SYNTAX, LBR_WHY(NO_NEWLINE)), number, path, reason);
		*end = '\0';
		if (*text == '\0' || *text == '#')
			continue;
		error = add_key(keyring, text);
		if (error != LBR_OK)
			return in_line(lbr_fail(reason, error, LBR_WHY(BAD_KEY_LINE)), number, path, reason);
	}
	if (keyring->count == 0)
		return lbr_fail_at(reason, LBR_ERR_SYNTAX, path, LBR_WHY(NO_KEY));
	return LBR_OK;
}

static enum lbr_error check_file(const struct stat *st, const char *path, struct lbr_reason *reason)
{
	if (!S_ISREG(st->st_mode))
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(NOT_REGULAR));
	if (st->st_nlink != 1)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(LINKED_TWICE));
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(KEY_OWNER), (unsigned)st->st_uid, (unsigned)geteuid());
	if ((st->st_mode & 027) != 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(KEY_MODE));
	if ((st->st_mode & S_IRGRP) != 0 && st->st_gid != 0 && st->st_gid != getegid())
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(KEY_GROUP), (unsigned)st->st_gid, (unsigned)getegid());
	return LBR_OK;
}

/* Fills `text` (FILE_MAX + 1 bytes, zeroed) with the file, and `seen` with what it is. */
static enum lbr_error read_file(const char *path, char *text, size_t *ret_len, struct stat *seen, struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	error = lbr_file_openat(AT_FDCWD, path, O_RDONLY, false, &fd, reason);
	if (error == LBR_ERR_ABSENT)
		return lbr_fail_at(reason, error, path, LBR_WHY(KEY_ABSENT));
	if (error == LBR_ERR_UNSAFE && errno == EACCES)
		return lbr_fail_at(reason, error, path, LBR_WHY(KEY_CLOSED), (unsigned)geteuid());
	if (error != LBR_OK)
		return error;
	if (fstat(fd, seen) != 0)
		error = lbr_fail_system(reason, errno, "%s", path);
	if (error == LBR_OK)
		error = check_file(seen, path, reason);
	if (error == LBR_OK)
		error = lbr_file_read(fd, text, FILE_MAX, ret_len, path, reason);
	close(fd);
	return error;
}

static struct lbr_keyring_file file_of(const struct stat *st)
{
	return (struct lbr_keyring_file){ .device = st->st_dev, .inode = st->st_ino, .size = st->st_size,
	                                  .written_s = st->st_mtim.tv_sec, .written_ns = st->st_mtim.tv_nsec };
}

enum lbr_error lbr_keyring_load(const char *path, struct lbr_keyring **ret, struct lbr_reason *reason)
{
	char text[FILE_MAX + 1] = {0};
	struct lbr_keyring *keyring;
	struct stat seen = {0};
	enum lbr_error error;
	size_t len = 0;

	*ret = NULL;
	if (sodium_init() < 0)
		return lbr_fail(reason, LBR_ERR_SYSTEM, LBR_WHY(NO_SODIUM));
	keyring = sodium_malloc(sizeof(*keyring));
	if (keyring == NULL)
		return lbr_fail_at(reason, LBR_ERR_MEMORY, path, LBR_WHY(NO_MEMORY_FOR_KEYS));
	memset(keyring, 0, sizeof(*keyring));
	/* Opened first: should the file be replaced in between, the two differ. A process that is taken over must not read it. */
	keyring->held = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	error = read_file(path, text, &len, &seen, reason);
	if (error == LBR_OK && keyring->held < 0)
		error = lbr_fail_system(reason, errno, "%s: open", path);
	keyring->file = file_of(&seen);
	if (error == LBR_OK)
		error = parse(keyring, text, len, path, reason);
	lbr_wipe(text, sizeof(text));
	if (error != LBR_OK) {
		lbr_keyring_free(keyring);
		return error;
	}
	*ret = keyring;
	return LBR_OK;
}

bool lbr_keyring_is_current(const struct lbr_keyring *keyring)
{
	const struct lbr_keyring_file *file = &keyring->file;
	struct lbr_keyring_file now;
	struct stat st;

	if (fstat(keyring->held, &st) != 0 || st.st_nlink == 0)
		return false;
	now = file_of(&st);
	return now.device == file->device && now.inode == file->inode && now.size == file->size &&
	       now.written_s == file->written_s && now.written_ns == file->written_ns;
}

void lbr_keyring_free(struct lbr_keyring *keyring)
{
	if (keyring == NULL)
		return;
	if (keyring->held >= 0)
		close(keyring->held);
	sodium_free(keyring); /* wipes first */
}

enum lbr_error lbr_keyring_new_line(char line[LBR_KEY_LINE_MAX])
{
	unsigned char draw[LBR_KEY_ID_LEN / 2 + LBR_KEYRING_KEY_LEN];
	enum lbr_error error;

	memset(line, 0, LBR_KEY_LINE_MAX);
	error = lbr_random(draw, sizeof(draw));
	if (error == LBR_OK) {
		sodium_bin2hex(line, LBR_KEY_ID_LEN + 1, draw, LBR_KEY_ID_LEN / 2);
		line[LBR_KEY_ID_LEN] = ' ';
		sodium_bin2hex(line + LBR_KEY_ID_LEN + 1, HEX_LEN + 1, draw + LBR_KEY_ID_LEN / 2, LBR_KEYRING_KEY_LEN);
		line[LINE_LEN] = '\n';
	}
	lbr_wipe(draw, sizeof(draw));
	return error;
}
