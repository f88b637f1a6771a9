/* Every file of the spool. */
#include "notice_spool.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

struct notice_listing {
	struct lbr_notices *notices;
	lbr_notices_each   *each;
	void               *context;
	bool                stopped;
};

/* Splits a file name into the account and the kind. */
static bool take_apart(const char *file, char name[LBR_NAME_MAX + 1], enum lbr_notice_kind *ret_kind)
{
	const char *separator = strchr(file, LBR_NOTICE_SEPARATOR);
	char encoded[LBR_NAME_FILE_MAX + 1];
	int kind;

	if (separator == NULL || (size_t)(separator - file) >= sizeof(encoded))
		return false;
	memcpy(encoded, file, (size_t)(separator - file));
	encoded[separator - file] = '\0';
	if (lbr_name_decode(encoded, name) != LBR_OK)
		return false;
	for (kind = 0; kind < LBR_NOTICE_KINDS; kind++) {
		if (strcmp(separator + 1, lbr_notice_kind_name((enum lbr_notice_kind)kind)) == 0) {
			*ret_kind = (enum lbr_notice_kind)kind;
			return true;
		}
	}
	return false;
}

static void tell(struct notice_listing *listing, const char *file)
{
	enum lbr_notice_kind kind = LBR_NOTICE_KINDS;
	struct lbr_reason reason = { .text = "" };
	struct lbr_notice notice;
	char name[LBR_NAME_MAX + 1] = "";
	enum lbr_error error;

	if (!take_apart(file, name, &kind)) {
		error = lbr_fail_at(&reason, LBR_ERR_DAMAGED, "notices", LBR_WHY(STRAY_NOTICE));
		listing->stopped = listing->each(listing->context, "", kind, NULL, error, &reason) != 0;
		return;
	}
	if (lbr_notices_are_shared(listing->notices, name))
		return; /* left from before the account was moved */
	error = lbr_notice_read(listing->notices, name, kind, &notice, &reason);
	if (error == LBR_ERR_ABSENT)
		return; /* dropped since its name was read */
	listing->stopped = listing->each(listing->context, name, kind, error == LBR_OK ? &notice : NULL, error, &reason) != 0;
}

enum lbr_error lbr_notices_list(struct lbr_notices *notices, lbr_notices_each *each, void *context,
                                struct lbr_reason *reason)
{
	struct notice_listing listing = { .notices = notices, .each = each, .context = context };
	const struct dirent *entry;
	enum lbr_error error;
	DIR *directory;
	int fd;

	error = lbr_file_open_dir(notices->dir, ".", true, &fd, reason);
	if (error != LBR_OK)
		return error;
	directory = fdopendir(fd);
	if (directory == NULL) {
		error = lbr_fail_system(reason, errno, "notices");
		close(fd);
		return error;
	}
	errno = 0;
	while (!listing.stopped && (entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] != '.') /* the lock and temporary files */
			tell(&listing, entry->d_name);
		errno = 0;
	}
	if (!listing.stopped && errno != 0)
		error = lbr_fail_system(reason, errno, "notices: read");
	closedir(directory); /* closes `fd` too */
	if (error == LBR_OK && !listing.stopped && notices->store != NULL)
		error = lbr_shared_dates_list(notices->store, each, context, reason);
	return error;
}
