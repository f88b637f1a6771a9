/* Taking and giving back a mutex. Read file_mutex.h first. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include <liberations/monotonic.h>
#include <liberations/store.h>

#include "file_mutex_table.h"

#define LOOK_AGAIN_MS 50

/* Keyed by the file's own salt, so that no name can be chosen to share another one's mutex. A holder of a shard's mutex takes an
 * account's too, so the two must never be the same. */
unsigned lbr_mutex_number(const struct lbr_mutexes *mutexes, const char *kind, const char *name)
{
	char text[128] = "";
	unsigned char hash[crypto_shorthash_BYTES];
	uint64_t number;
	size_t len;

	(void)stpncpy(stpncpy(text, kind, 16) + 1, name, LBR_NAME_MAX);
	len = strlen(kind) + 1 + strlen(name);
	crypto_shorthash(hash, (const unsigned char *)text, len, mutexes->table->salt);
	memcpy(&number, hash, sizeof(number));
	if (strcmp(kind, LBR_SHARD_MUTEX) == 0)
		return (unsigned)(number % LBR_SHARD_MUTEXES);
	return (unsigned)(LBR_SHARD_MUTEXES + number % (LBR_MUTEXES - LBR_SHARD_MUTEXES));
}

/* What a dead holder wrote is whole or does not verify, but perhaps it did not reach the disk. */
static int adopt(struct lbr_mutex *mutex, int result)
{
	if (result != EOWNERDEAD)
		return result;
	mutex->orphaned = true;
	return pthread_mutex_consistent(&mutex->mutex);
}

static int wait_until(struct lbr_mutex *mutex, int64_t until_ms)
{
	const struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};

	return adopt(mutex, pthread_mutex_clocklock(&mutex->mutex, CLOCK_MONOTONIC, &until));
}

/* The descriptor comes first, and then one more look: if the mutex is still that holder's, so is the descriptor. */
static int end_late_holder(struct lbr_mutex *mutex)
{
	pid_t holder = mutex->holder;
	int64_t since_ms = mutex->since_ms;
	int fd, result;

	if (holder <= 0 || holder == getpid() || lbr_monotonic_ms() - since_ms < mutex->late_ms)
		return ETIMEDOUT;
	fd = (int)syscall(SYS_pidfd_open, holder, 0);
	if (fd < 0)
		return ETIMEDOUT;
	result = wait_until(mutex, 0);
	if (result == ETIMEDOUT && mutex->holder == holder && mutex->since_ms == since_ms)
		(void)syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0);
	close(fd);
	return result;
}

/* How long to wait before looking at the holder. */
static int64_t next_look(const struct lbr_mutex *mutex, int64_t until_ms)
{
	int64_t now_ms = lbr_monotonic_ms(), look_ms = mutex->since_ms + mutex->late_ms;

	if (look_ms < now_ms + LOOK_AGAIN_MS)
		look_ms = now_ms + LOOK_AGAIN_MS;
	return look_ms < until_ms ? look_ms : until_ms;
}

void lbr_mutex_set_late(struct lbr_mutexes *mutexes, unsigned number, int late_ms)
{
	mutexes->table->mutexes[number].late_ms = late_ms;
}

void lbr_mutex_give(struct lbr_mutexes *mutexes, unsigned number)
{
	struct lbr_mutex *mutex = &mutexes->table->mutexes[number];

	mutex->holder = 0;
	(void)pthread_mutex_unlock(&mutex->mutex);
}

void lbr_mutex_abandon(struct lbr_mutexes *mutexes, unsigned number)
{
	mutexes->table->mutexes[number].orphaned = true;
	lbr_mutex_give(mutexes, number);
}

/* In this order: between the two, nobody takes the holder for late. */
static void start_clock(struct lbr_mutex *mutex)
{
	mutex->since_ms = lbr_monotonic_ms();
	mutex->late_ms = LBR_LATE_MS;
}

static enum lbr_error settle(struct lbr_mutexes *mutexes, unsigned number, struct lbr_reason *reason)
{
	const struct lbr_orphanage *orphanage = &mutexes->orphanage;
	struct lbr_mutex *mutex = &mutexes->table->mutexes[number];
	enum lbr_error error;

	if (!mutex->orphaned)
		return LBR_OK;
	mutex->late_ms = LBR_LATE_WRITING_MS;
	error = orphanage->settle(orphanage->context, mutex->kind, mutex->name, reason);
	if (error != LBR_OK) {
		lbr_mutex_give(mutexes, number);
		return error;
	}
	mutex->orphaned = false;
	start_clock(mutex);
	return LBR_OK;
}

/* Then others may hold the mutex of this name in another file. */
static bool is_replaced(const struct lbr_mutexes *mutexes)
{
	struct stat st;

	return fstat(mutexes->fd, &st) != 0 || st.st_nlink == 0;
}

/* What this holder is about to write, for the next one, should it die. */
static void note(struct lbr_mutex *mutex, const char *kind, const char *name)
{
	(void)stpncpy(mutex->kind, kind, sizeof(mutex->kind) - 1);
	(void)stpncpy(mutex->name, name, sizeof(mutex->name) - 1);
}

/* The kernel frees what the dead hold, but not in the bytes of a copy that somebody put back in place. */
static enum lbr_error name_holder(const struct lbr_mutex *mutex, const char *name, struct lbr_reason *reason)
{
	pid_t holder = mutex->holder;

	if (holder > 0 && kill(holder, 0) != 0 && errno == ESRCH)
		return lbr_fail_at(reason, LBR_ERR_BUSY, name, LBR_WHY(HELD_BY_NONE), (int)holder);
	return lbr_fail_at(reason, LBR_ERR_BUSY, name, LBR_WHY(HELD_BY), (int)holder);
}

enum lbr_error lbr_mutex_take(struct lbr_mutexes *mutexes, const char *kind, const char *name, const struct lbr_deadline *deadline,
                              unsigned *ret_number, struct lbr_reason *reason)
{
	unsigned number = lbr_mutex_number(mutexes, kind, name);
	struct lbr_mutex *mutex = &mutexes->table->mutexes[number];
	int64_t until_ms = lbr_monotonic_ms() + (deadline != NULL ? LBR_LOCK_WAIT_MS : LBR_PATIENCE_MS);
	int result = adopt(mutex, pthread_mutex_trylock(&mutex->mutex));
	enum lbr_error error;

	if (deadline != NULL && deadline->until_ms < until_ms)
		until_ms = deadline->until_ms;
	if (result == EBUSY)
		result = ETIMEDOUT;
	while (result == ETIMEDOUT && lbr_monotonic_ms() < until_ms) {
		result = wait_until(mutex, next_look(mutex, until_ms));
		if (result == ETIMEDOUT)
			result = end_late_holder(mutex);
	}
	if (result == ETIMEDOUT)
		return name_holder(mutex, name, reason);
	if (result != 0)
		return lbr_fail_system(reason, result, "%s: mutex", name);
	start_clock(mutex);
	mutex->holder = getpid();
	*ret_number = number;
	if (is_replaced(mutexes)) {
		lbr_mutex_give(mutexes, number);
		return lbr_fail_at(reason, LBR_ERR_BUSY, name, LBR_WHY(LOCKS_REPLACED));
	}
	error = settle(mutexes, number, reason);
	if (error == LBR_OK)
		note(mutex, kind, name);
	return error;
}
