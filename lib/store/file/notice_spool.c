/* The directory of notices and its files. */
#include "notice_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/codec.h>

#include "file_store.h"

#define DIRECTORY "notices"

enum lbr_error lbr_notices_make(const char *state_dir, struct lbr_reason *reason)
{
	enum lbr_error error;
	int root;

	error = lbr_file_store_open_root(state_dir, &root, reason);
	if (error != LBR_OK)
		return error;
	if (mkdirat(root, DIRECTORY, 0700) != 0 && errno != EEXIST)
		error = lbr_fail_system(reason, errno, "%s/" DIRECTORY ": mkdir", state_dir);
	close(root);
	return error;
}

enum lbr_error lbr_notices_open(const char *state_dir, const struct lbr_keyring *keyring, struct lbr_notices **ret,
                                struct lbr_reason *reason)
{
	struct lbr_notices *notices;
	enum lbr_error error;
	int root, dir = -1;

	*ret = NULL;
	error = lbr_file_store_open_root(state_dir, &root, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_file_open_dir(root, DIRECTORY, true, &dir, reason);
	close(root);
	if (error != LBR_OK)
		return error;
	notices = calloc(1, sizeof(*notices));
	if (notices == NULL) {
		close(dir);
		return lbr_fail_at(reason, LBR_ERR_MEMORY, DIRECTORY, LBR_WHY(NO_MEMORY));
	}
	*notices = (struct lbr_notices){ .keyring = keyring, .dir = dir };
	*ret = notices;
	return LBR_OK;
}

void lbr_notices_share(struct lbr_notices *notices, struct lbr_store *store)
{
	notices->store = store->ops->keeps_dates != NULL ? store : NULL;
}

bool lbr_notices_are_shared(const struct lbr_notices *notices, const char *name)
{
	return lbr_dates_are_in(notices->store, name);
}

void lbr_notices_close(struct lbr_notices *notices)
{
	if (notices == NULL)
		return;
	close(notices->dir);
	free(notices);
}

enum lbr_error lbr_notice_file(const char *name, enum lbr_notice_kind kind, char ret[LBR_NOTICE_FILE_MAX])
{
	char file[LBR_NAME_FILE_MAX + 1];
	enum lbr_error error = lbr_name_encode(name, file);

	ret[0] = '\0';
	if (error == LBR_OK)
		snprintf(ret, LBR_NOTICE_FILE_MAX, "%s%c%s", file, LBR_NOTICE_SEPARATOR, lbr_notice_kind_name(kind));
	return error;
}

static void prefix(struct lbr_reason *reason, const char *file)
{
	lbr_reason_prefix(reason, file);
	lbr_reason_prefix(reason, DIRECTORY);
}

enum lbr_error lbr_notice_read(const struct lbr_notices *notices, const char *name, enum lbr_notice_kind kind,
                               struct lbr_notice *notice, struct lbr_reason *reason)
{
	char file[LBR_NOTICE_FILE_MAX], text[LBR_NOTICE_TEXT_MAX];
	enum lbr_error error;
	size_t len;
	int fd;

	memset(notice, 0, sizeof(*notice));
	if (lbr_notices_are_shared(notices, name))
		return lbr_shared_date_read(notices->store, name, kind, notice, reason);
	error = lbr_notice_file(name, kind, file);
	if (error != LBR_OK)
		return lbr_fail(reason, error, LBR_WHY(NO_SUCH_NAME));
	error = lbr_file_open_own(notices->dir, file, O_RDONLY, &fd, reason);
	if (error == LBR_OK) {
		error = lbr_file_read(fd, text, sizeof(text), &len, file, reason);
		close(fd);
		if (error == LBR_OK) {
			error = lbr_notice_decode(text, len, name, kind, notices->keyring, notice, reason);
			if (error != LBR_OK)
				lbr_reason_prefix(reason, file);
		}
	}
	if (error != LBR_OK)
		lbr_reason_prefix(reason, DIRECTORY);
	return error;
}

enum lbr_error lbr_notice_write(const struct lbr_notices *notices, const struct lbr_notice *notice, bool again,
                                struct lbr_reason *reason)
{
	char file[LBR_NOTICE_FILE_MAX], text[LBR_NOTICE_TEXT_MAX];
	enum lbr_error error;
	size_t len;

	if (lbr_notices_are_shared(notices, notice->name))
		return lbr_shared_date_write(notices->store, notice, again, reason);
	error = lbr_notice_file(notice->name, notice->kind, file);
	if (error != LBR_OK)
		return lbr_fail(reason, error, LBR_WHY(NO_SUCH_NAME));
	error = lbr_store_need_current(notices->keyring, reason);
	if (error == LBR_OK)
		error = lbr_notice_encode(notice, notices->keyring, text, &len, reason);
	if (error == LBR_OK && again)
		error = lbr_file_rewrite(notices->dir, file, text, len, reason);
	else if (error == LBR_OK)
		error = lbr_file_replace(notices->dir, file, text, len, true, reason);
	if (error != LBR_OK)
		prefix(reason, file);
	return error;
}
