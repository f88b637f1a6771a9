/* Accounts page by page, shard by shard, in the order of their file names, in constant memory. */
#include "file_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first names of one shard after a given one, sorted; and how many stray files it has. */
struct account_page {
	unsigned count, max, stray;
	char     files[LBR_PAGE_MAX][LBR_NAME_FILE_MAX + 1];
};

/* Inserts a name, unless it comes after a full page. */
static void insert(struct account_page *page, const char *file)
{
	unsigned at = page->count;

	while (at > 0 && strcmp(page->files[at - 1], file) > 0)
		at--;
	if (at == page->max)
		return;
	if (page->count < page->max)
		page->count++;
	memmove(page->files[at + 1], page->files[at], (page->count - 1 - at) * sizeof(page->files[0]));
	memcpy(page->files[at], file, strlen(file) + 1);
}

static bool is_beyond(const struct account_page *page, const char *file)
{
	return page->count == page->max && page->max > 0 && strcmp(file, page->files[page->max - 1]) > 0;
}

/* A large shard is read once for each of its pages, and folding a name takes longer than all the rest. The first page judges every
 * file; for the later ones, only those that may be on them matter. */
static void see(struct account_page *page, const char *shard, const char *file, const char *after)
{
	struct lbr_account_path path;
	char name[LBR_NAME_MAX + 1];

	if (file[0] == '.') /* account files never begin with a dot; temporary files do */
		return;
	if (after[0] != '\0' && (strcmp(file, after) <= 0 || is_beyond(page, file)))
		return;
	if (lbr_name_decode(file, name) != LBR_OK || lbr_account_path_of(name, &path) != LBR_OK || strcmp(path.shard, shard) != 0)
		page->stray++;
	else if (strcmp(file, after) > 0)
		insert(page, file);
}

/* `after` "": from the beginning of the shard. */
static enum lbr_error read_shard(const struct lbr_file_store *store, const char *shard, const char *after,
                                 struct account_page *page,
                                 struct lbr_reason *reason)
{
	const struct dirent *entry;
	enum lbr_error error;
	DIR *directory;
	int fd;

	page->count = page->stray = 0;
	error = lbr_shard_open(store, LBR_TREE_ACCOUNTS, shard, &fd, reason);
	if (error != LBR_OK)
		return error;
	directory = fdopendir(fd);
	if (directory == NULL) {
		error = lbr_fail_system(reason, errno, "accounts/%s", shard);
		close(fd);
		return error;
	}
	errno = 0;
	while ((entry = readdir(directory)) != NULL) {
		see(page, shard, entry->d_name, after);
		errno = 0;
	}
	if (errno != 0)
		error = lbr_fail_system(reason, errno, "accounts/%s: read", shard);
	closedir(directory); /* closes `fd` too */
	return error;
}

struct walk {
	const struct lbr_file_store *store;
	lbr_store_take              *take;
	void                        *context;
	struct account_page         *page;
	unsigned                     left;
	bool                         names_alone, stopped;
};

static void tell_stray(struct walk *walk, const char *shard)
{
	struct lbr_reason reason = {.text = ""};
	char where[32];

	snprintf(where, sizeof(where), "accounts/%s", shard);
	lbr_fail_at(&reason, LBR_ERR_DAMAGED, where, LBR_WHY(STRAY_FILE));
	walk->stopped = walk->take(walk->context, "", NULL, LBR_ERR_DAMAGED, &reason) != 0;
}

static void tell(struct walk *walk, const char *file)
{
	struct lbr_reason reason = {.text = ""};
	struct lbr_row row = {.account_len = 0};
	struct lbr_account_path path;
	char name[LBR_NAME_MAX + 1];
	enum lbr_error error = LBR_OK;

	if (lbr_name_decode(file, name) != LBR_OK || lbr_account_path_of(name, &path) != LBR_OK)
		return;
	if (!walk->names_alone)
		error = lbr_file_read_row(walk->store, &path, false, false, &row, &reason);
	if (error != LBR_ERR_ABSENT) /* else removed since its name was read */
		walk->stopped = walk->take(walk->context, name, row.account_len > 0 ? &row : NULL, error, &reason) != 0;
	lbr_wipe(&row, sizeof(row));
}

/* One shard, as far as the page goes. Sets `last` to the name of the last file told. */
static enum lbr_error walk_shard(struct walk *walk, const char *shard, const char *after, char last[LBR_NAME_FILE_MAX + 1],
                                 struct lbr_reason *reason)
{
	enum lbr_error error;
	unsigned i;

	walk->page->max = walk->left;
	error = read_shard(walk->store, shard, after, walk->page, reason);
	for (i = 0; after[0] == '\0' && i < walk->page->stray && !walk->stopped; i++)
		tell_stray(walk, shard);
	for (i = 0; i < walk->page->count && !walk->stopped; i++) {
		tell(walk, walk->page->files[i]);
		memcpy(last, walk->page->files[i], sizeof(walk->page->files[i]));
	}
	walk->left -= walk->page->count;
	return error;
}

/* Where to go on: the shard and the file of the last name told. */
static enum lbr_error find_start(const char *after, unsigned *ret_shard, char ret_file[LBR_NAME_FILE_MAX + 1],
                                 struct lbr_reason *reason)
{
	struct lbr_account_path path;

	*ret_shard = 0;
	ret_file[0] = '\0';
	if (after[0] == '\0')
		return LBR_OK;
	if (lbr_account_path_of(after, &path) != LBR_OK)
		return lbr_fail(reason, LBR_ERR_SYNTAX, LBR_WHY(NO_SUCH_NAME));
	*ret_shard = (unsigned)strtoul(path.shard, NULL, 16);
	memcpy(ret_file, path.file, sizeof(path.file));
	return LBR_OK;
}

static enum lbr_error walk_all(struct walk *walk, unsigned shard, char file[LBR_NAME_FILE_MAX + 1],
                               char last[LBR_NAME_FILE_MAX + 1], struct lbr_reason *reason)
{
	struct lbr_reason its_reason = {.text = ""};
	enum lbr_error first = LBR_OK, error;
	char name[3];

	for (; shard < LBR_SHARDS && walk->left > 0 && !walk->stopped; shard++) {
		snprintf(name, sizeof(name), "%02x", shard & 0xff);
		error = walk_shard(walk, name, file, last, &its_reason);
		file[0] = '\0';
		if (error == LBR_OK || first != LBR_OK)
			continue;
		first = error;
		if (reason != NULL)
			*reason = its_reason;
	}
	return first;
}

/* A shard that cannot be read does not keep the others off the list, but the list is then reported as incomplete. */
enum lbr_error lbr_file_page(struct lbr_store *base, const char *after, unsigned count, bool names_alone, lbr_store_take *take,
                             void *context, char ret_next[LBR_NAME_MAX + 1], struct lbr_reason *reason)
{
	struct walk walk = {.store = (struct lbr_file_store *)base, .take = take, .context = context, .left = count,
	                    .names_alone = names_alone};
	char file[LBR_NAME_FILE_MAX + 1], last[LBR_NAME_FILE_MAX + 1] = "";
	enum lbr_error error;
	unsigned shard;

	error = lbr_file_need_force(walk.store, reason);
	if (error == LBR_OK)
		error = find_start(after, &shard, file, reason);
	if (error != LBR_OK)
		return error;
	walk.page = calloc(1, sizeof(*walk.page));
	if (walk.page == NULL)
		return lbr_fail(reason, LBR_ERR_MEMORY, LBR_WHY(NO_MEMORY));
	error = walk_all(&walk, shard, file, last, reason);
	if (walk.left == 0 && last[0] != '\0')
		(void)lbr_name_decode(last, ret_next);
	free(walk.page);
	return error;
}
