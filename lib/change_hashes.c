/* Many hashes of one candidate at once. Each takes the processor and memory for itself, so as many threads as
 * processors, at most four (each holds a hash's memory), this one among them: if the system gives none, one does it
 * all. */
#include "change_parts.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include <liberations/password.h>

#define THREADS_MAX 4

struct work {
	const struct lbr_secret *password;
	const char *const       *hashes;
	unsigned                 count;
	atomic_uint              next;
	atomic_uint              done;
	bool                    *matches; /* each written by the one that took its number */
};

static void *compare_some(void *context)
{
	struct work *work = context;
	unsigned number;

	for (;;) {
		number = atomic_fetch_add(&work->next, 1);
		if (number >= work->count)
			return NULL;
		/* What could not be hashed is not done, and stays "used before": no memory must not open the history. */
		if (lbr_password_compare(work->password, work->hashes[number], &work->matches[number]) == LBR_OK)
			atomic_fetch_add(&work->done, 1);
	}
}

static unsigned processors(void)
{
	cpu_set_t allowed;
	long online;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0)
		return (unsigned)CPU_COUNT(&allowed);
	online = sysconf(_SC_NPROCESSORS_ONLN);
	return online > 0 && online < THREADS_MAX ? (unsigned)online : THREADS_MAX;
}

enum lbr_error lbr_hashes_compare(const struct lbr_secret *password, const char *const *hashes, unsigned count,
                                  bool ret_matches[LBR_HASHES_MAX])
{
	struct work work = { .password = password, .hashes = hashes, .count = count, .matches = ret_matches };
	unsigned wanted = processors(), helpers = 0, at;
	pthread_t threads[THREADS_MAX - 1];
	bool all_joined = true;

	for (at = 0; at < LBR_HASHES_MAX; at++)
		ret_matches[at] = true; /* what was not compared counts as used before */
	if (count > LBR_HASHES_MAX)
		return LBR_ERR_RANGE;
	if (wanted > THREADS_MAX)
		wanted = THREADS_MAX;
	while (helpers + 1 < wanted && helpers + 1 < count &&
	       pthread_create(&threads[helpers], NULL, compare_some, &work) == 0)
		helpers++;
	(void)compare_some(&work);
	for (at = 0; at < helpers; at++)
		if (pthread_join(threads[at], NULL) != 0)
			all_joined = false;
	return all_joined && atomic_load(&work.done) == count ? LBR_OK : LBR_ERR_SYSTEM;
}
