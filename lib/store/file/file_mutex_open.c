/* Opening the file of mutexes, and making it anew after a boot. In place, so that a full disk does not stop it. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/formats.h>
#include <liberations/random.h>

#include "file.h"
#include "file_mutex_table.h"

#define FILE_NAME "locks"

static const char magic[8] = { 'L', 'B', 'R', 'L', 'O', 'C', 'K', '0' + LBR_LOCKS_VERSION };

static enum lbr_error read_mark(int fd, struct lbr_mutex_mark *ret, struct lbr_reason *reason)
{
	static const char path[] = "/proc/sys/kernel/random/boot_id";
	enum lbr_error error = LBR_OK;
	struct stat st;
	int boot = open(path, O_RDONLY | O_CLOEXEC);

	memset(ret, 0, sizeof(*ret));
	memcpy(ret->magic, magic, sizeof(magic));
	if (boot < 0 || read(boot, ret->boot_id, sizeof(ret->boot_id)) != (ssize_t)sizeof(ret->boot_id))
		error = lbr_fail_system(reason, boot < 0 ? errno : EIO, "%s", path);
	if (boot >= 0)
		close(boot);
	if (error == LBR_OK && fstat(fd, &st) != 0)
		error = lbr_fail_system(reason, errno, "%s: fstat", FILE_NAME);
	if (error == LBR_OK)
		ret->inode = st.st_ino;
	return error;
}

static bool is_current(int fd, const struct lbr_mutex_mark *mark)
{
	struct lbr_mutex_mark found;
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_size == (off_t)sizeof(struct lbr_mutex_table) &&
	       pread(fd, &found, sizeof(found), 0) == (ssize_t)sizeof(found) && memcmp(&found, mark, sizeof(found)) == 0;
}

static enum lbr_error make_mutexes(struct lbr_mutex_table *table, struct lbr_reason *reason)
{
	pthread_mutexattr_t kind;
	int result = pthread_mutexattr_init(&kind);
	unsigned at;

	if (result == 0)
		result = pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
	if (result == 0)
		result = pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
	for (at = 0; result == 0 && at < LBR_MUTEXES; at++)
		result = pthread_mutex_init(&table->mutexes[at].mutex, &kind);
	return result == 0 ? LBR_OK : lbr_fail_system(reason, result, "%s: mutex", FILE_NAME);
}

/* Nothing can report a full disk when a mapped page is written, so it is written in place. The mark goes last: a table without a
 * valid one is used by nobody. */
static enum lbr_error write_table(int fd, const struct lbr_mutex_mark *mark, struct lbr_reason *reason)
{
	struct lbr_mutex_table *table = calloc(1, sizeof(*table));
	enum lbr_error error;

	if (table == NULL)
		return lbr_fail_at(reason, LBR_ERR_MEMORY, FILE_NAME, LBR_WHY(NO_MEMORY));
	lbr_file_ask_in_place(fd);
	error = lbr_random(table->salt, sizeof(table->salt));
	if (error == LBR_OK)
		error = make_mutexes(table, reason);
	if (error == LBR_OK)
		error = lbr_file_write(fd, table, sizeof(*table), 0, FILE_NAME, reason);
	if (error == LBR_OK)
		error = lbr_file_write(fd, mark, sizeof(*mark), 0, FILE_NAME, reason);
	free(table);
	return error;
}

/* Once a boot, under an ordinary file lock. Nobody signs in yet whom it could give away. */
static enum lbr_error renew(int fd, const struct lbr_mutex_mark *mark, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_file_lock(fd, 0, 1, FILE_NAME, reason);

	if (error != LBR_OK)
		return error;
	if (!is_current(fd, mark))
		error = write_table(fd, mark, reason);
	lbr_file_unlock(fd, 0, 1);
	return error;
}

static enum lbr_error map(int fd, const struct lbr_orphanage *orphanage, struct lbr_mutexes **ret, struct lbr_reason *reason)
{
	struct lbr_mutexes *mutexes = calloc(1, sizeof(*mutexes));
	void *table;

	if (mutexes == NULL)
		return lbr_fail_at(reason, LBR_ERR_MEMORY, FILE_NAME, LBR_WHY(NO_MEMORY));
	table = mmap(NULL, sizeof(struct lbr_mutex_table), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (table == MAP_FAILED) {
		free(mutexes);
		return lbr_fail_system(reason, errno, "%s: mmap", FILE_NAME);
	}
	mutexes->orphanage = *orphanage;
	mutexes->fd = fd;
	mutexes->table = table;
	*ret = mutexes;
	return LBR_OK;
}

enum lbr_error lbr_mutexes_open(int dirfd, const struct lbr_orphanage *orphanage, struct lbr_mutexes **ret,
                                struct lbr_reason *reason)
{
	struct lbr_mutex_mark mark;
	enum lbr_error error;
	int fd;

	*ret = NULL;
	error = lbr_file_open_own(dirfd, FILE_NAME, O_RDWR | O_CREAT, &fd, reason);
	if (error != LBR_OK)
		return error;
	error = read_mark(fd, &mark, reason);
	if (error == LBR_OK && !is_current(fd, &mark))
		error = renew(fd, &mark, reason);
	if (error == LBR_OK)
		error = map(fd, orphanage, ret, reason);
	if (error != LBR_OK)
		close(fd);
	return error;
}

void lbr_mutexes_close(struct lbr_mutexes *mutexes)
{
	if (mutexes == NULL)
		return;
	munmap(mutexes->table, sizeof(*mutexes->table));
	close(mutexes->fd);
	free(mutexes);
}
