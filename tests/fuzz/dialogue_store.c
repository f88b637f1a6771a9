/* The same store for every input. */
#include "dialogue.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/codec.h>

#define KEPT_MAX 64

static struct {
	char   path[256];
	char   content[LBR_COUNTERS_FILE_LEN];
	size_t len;
} kept[KEPT_MAX];
static unsigned kept_count;

static const char *base_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

static bool is_kept(const char *path)
{
	unsigned i;

	for (i = 0; i < kept_count; i++)
		if (strcmp(kept[i].path, path) == 0)
			return true;
	return false;
}

static bool is_users(const char *path)
{
	size_t i;

	for (i = 0; i < USERS_THERE; i++)
		if (strcmp(base_of(path), users[i]) == 0)
			return true;
	return false;
}

static int keep_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	FILE *file;

	(void)status;
	(void)walk;
	if (type != FTW_F || !is_users(path))
		return 0;
	file = fopen(path, "re");
	fuzz_expect(file != NULL && kept_count < KEPT_MAX, path);
	snprintf(kept[kept_count].path, sizeof(kept[0].path), "%s", path);
	kept[kept_count].len = fread(kept[kept_count].content, 1, sizeof(kept[0].content), file);
	kept_count++;
	return fclose(file);
}

static void remove_history(const char *state, const char *name)
{
	char shard[3], path[256];

	fuzz_expect(lbr_name_shard(name, shard) == LBR_OK, "no shard");
	snprintf(path, sizeof(path), "%s/history/%s/%s", state, shard, name);
	if (!is_kept(path))
		(void)unlink(path);
}

void restore_store(const char *state)
{
	unsigned i;
	int fd;

	for (i = 0; i < kept_count; i++) {
		fd = open(kept[i].path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		fuzz_expect(fd >= 0 && write(fd, kept[i].content, kept[i].len) == (ssize_t)kept[i].len, "restoring");
		close(fd);
	}
	for (i = 0; i < USERS_THERE; i++)
		remove_history(state, users[i]);
}

void keep_store(const char *state)
{
	fuzz_expect(nftw(state, keep_one, 16, FTW_PHYS) == 0 && kept_count >= 2 * USERS_THERE, "the store's files");
}
