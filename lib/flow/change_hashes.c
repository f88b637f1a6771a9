/* Many hashes of one candidate at once. Each occupies a processor and its own memory, so there are as many threads as
 * processors, but at most four, including the calling one. If the system gives no threads, or a thread gets no turn, the others
 * do all the work. */
#include "change_parts.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

#include <liberations/password.h>
#include <liberations/processors.h>

#define THREADS_MAX 4

struct work {
	const struct lbr_secret *password;
	const char *const       *hashes;
	unsigned                 count;   /* of them; the number after the last is the fresh one's */
	const struct lbr_fresh_hash *fresh;
	const struct lbr_admission  *admission;
	atomic_uint              next;
	atomic_uint              done;
	bool                    *matches; /* each written by the thread that took its number */
};

static unsigned wanted_of(const struct work *work)
{
	return work->count + (work->fresh->ret != NULL ? 1 : 0);
}

/* A hash that failed is not counted as done and stays "used before": a lack of memory must not open the history. */
static enum lbr_error hash_one(struct work *work, unsigned number)
{
	if (number == work->count)
		return lbr_password_hash(work->password, work->fresh->cost, work->fresh->ret);
	return lbr_password_compare(work->password, work->hashes[number], &work->matches[number]);
}

static void *hash_some(void *context)
{
	struct work *work = context;
	unsigned number;

	if (lbr_admission_enter(work->admission, NULL) != LBR_OK)
		return NULL;
	lbr_hashes_begin(work->fresh->cost);
	while ((number = atomic_fetch_add(&work->next, 1)) < wanted_of(work))
		if (hash_one(work, number) == LBR_OK)
			atomic_fetch_add(&work->done, 1);
	lbr_hashes_end();
	lbr_admission_leave(work->admission);
	return NULL;
}

/* False if a thread may still be at work. */
static bool hash_together(struct work *work)
{
	unsigned most = lbr_processors(), helpers = 0, at;
	pthread_t threads[THREADS_MAX - 1];
	bool all_joined = true;

	if (most > THREADS_MAX)
		most = THREADS_MAX;
	while (helpers + 1 < most && helpers + 1 < wanted_of(work) &&
	       pthread_create(&threads[helpers], NULL, hash_some, work) == 0)
		helpers++;
	(void)hash_some(work);
	for (at = 0; at < helpers; at++)
		if (pthread_join(threads[at], NULL) != 0)
			all_joined = false;
	return all_joined;
}

enum lbr_error lbr_hashes_compare(const struct lbr_secret *password, const char *const *hashes, unsigned count,
                                  const struct lbr_fresh_hash *fresh, const struct lbr_admission *admission,
                                  bool ret_matches[LBR_HASHES_MAX])
{
	struct work work = {
		.password = password, .hashes = hashes, .count = count, .fresh = fresh, .admission = admission,
		.matches = ret_matches,
	};
	unsigned at;

	if (fresh->ret != NULL)
		fresh->ret[0] = '\0';
	for (at = 0; at < LBR_HASHES_MAX; at++)
		ret_matches[at] = true; /* a hash that was not compared counts as used before */
	if (count > LBR_HASHES_MAX)
		return LBR_ERR_RANGE;
	if (!hash_together(&work))
		return LBR_ERR_SYSTEM;
	if (atomic_load(&work.next) == 0)
		return LBR_ERR_BUSY; /* no thread got a turn */
	return atomic_load(&work.done) == wanted_of(&work) ? LBR_OK : LBR_ERR_SYSTEM;
}
