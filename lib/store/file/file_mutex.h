/* The locks of the file store: mutexes in one mapped file, `locks`, which show in no table of the kernel that others read.
 * Private to lib/store/file.
 *
 * A holder that dies gives its mutex back (robust). A late one is killed by the next in line: it was stopped, frozen or
 * starved, and has told nobody anything. Reading and judging takes a millisecond; a write may wait for a busy disk. The file is
 * made anew after a boot.
 */
#ifndef LIB_FILE_MUTEX_H
#define LIB_FILE_MUTEX_H

#include <liberations/deadline.h>
#include <liberations/error.h>

#define LBR_SHARD_MUTEX "shard" /* beside the names of shards, for creating and removing in one */
#define LBR_LATE_MS 1500         /* for a holder that has not begun to write */
#define LBR_LATE_WRITING_MS 5000 /* for one that has: by then the module has given up too */
#define LBR_PATIENCE_MS (LBR_LATE_WRITING_MS + 1000) /* longest wait without a deadline: a late holder has been ended by then */
#define LBR_LATE_WAITING_MS (LBR_PATIENCE_MS + LBR_LATE_WRITING_MS) /* for one that waits for a second mutex, then writes */

/* What a holder that died was writing may be in memory only, and the next commit must not build on it: `settle` makes that record
 * durable. It is called with what that holder had taken; if it fails, nobody gets the mutex. */
struct lbr_orphanage {
	enum lbr_error (*settle)(void *context, const char *kind, const char *name, struct lbr_reason *reason);
	void            *context;
};

struct lbr_mutexes; /* the mapped file; opaque */

/* Opens `locks` in the store's directory, and makes or renews it if necessary. `*ret` is NULL on failure.
 * LBR_ERR_UNSAFE, _SYSTEM, _MEMORY. */
enum lbr_error lbr_mutexes_open(int dirfd, const struct lbr_orphanage *orphanage, struct lbr_mutexes **ret,
                                struct lbr_reason *reason);

/* NULL is allowed. */
void lbr_mutexes_close(struct lbr_mutexes *mutexes);

/* Returns which mutex is that of `kind` and `name`, from 0. Those of shards have the lower numbers. */
unsigned lbr_mutex_number(const struct lbr_mutexes *mutexes, const char *kind, const char *name);

/* Takes the mutex for `kind` and `name`, which is the same for a few other names too, and sets `*ret_number` for its release.
 * Waits until `deadline`, at most LBR_LOCK_WAIT_MS; without one for LBR_PATIENCE_MS. LBR_ERR_BUSY: not free in time; the
 * reason names the process that holds it. Errors of `settle`. */
enum lbr_error lbr_mutex_take(struct lbr_mutexes *mutexes, const char *kind, const char *name, const struct lbr_deadline *deadline,
                              unsigned *ret_number, struct lbr_reason *reason);

/* Says when the holder will be late, counted from when it took the mutex: LBR_LATE_WRITING_MS before it writes,
 * LBR_LATE_WAITING_MS before it waits for another one. */
void lbr_mutex_set_late(struct lbr_mutexes *mutexes, unsigned number, int late_ms);

void lbr_mutex_give(struct lbr_mutexes *mutexes, unsigned number);

/* Gives it back as a holder that died would: `settle` comes before the next one. */
void lbr_mutex_abandon(struct lbr_mutexes *mutexes, unsigned number);

#endif
