/* The line of those who wait for a turn. Everybody looks by themselves, every tenth of a second or when called; nobody hands a turn
 * to anybody who might be frozen. A place whose waiter has not looked for a while counts for nothing, and can be taken. */
#include "turns_page.h"

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define AWAKE_MS 250
#define GONE_MS 2000

#if defined(SYS_futex_time64) && __TIMESIZE == 32 && defined(__USE_TIME_BITS64)
#define CALL_FUTEX SYS_futex_time64
#else
#define CALL_FUTEX SYS_futex
#endif

/* Its last look lies at most so far back. A look that was written a moment after `now_ms` was read is one too. */
static bool looked_within(const struct lbr_waiter *waiter, int64_t now_ms, int32_t most_ms)
{
	int32_t age_ms = (int32_t)((uint32_t)now_ms - atomic_load(&waiter->beat_ms));

	return age_ms <= most_ms && age_ms >= -most_ms;
}

void lbr_line_count_older(const struct lbr_turns *turns, uint64_t stamp, int64_t now_ms, unsigned ret[LBR_TURN_CLASSES])
{
	const struct lbr_waiter *waiter;
	uint64_t other;
	unsigned class;

	for (class = 0; class < LBR_TURN_CLASSES; class++)
		ret[class] = 0;
	for (waiter = turns->page->waiters; waiter < turns->page->waiters + LBR_WAITERS_MAX; waiter++) {
		other = atomic_load(&waiter->stamp);
		if (other != 0 && other < stamp && looked_within(waiter, now_ms, AWAKE_MS))
			ret[lbr_stamp_class(other)]++;
	}
}

/* Shows its beat first, so that the place is never seen with the new stamp and a beat that says it can be taken. */
static bool settle(struct lbr_waiter *place, uint64_t stamp, int64_t now_ms)
{
	uint64_t other = atomic_load(&place->stamp);

	if (other != 0 && looked_within(place, now_ms, GONE_MS))
		return false;
	atomic_store(&place->beat_ms, (uint32_t)now_ms);
	return atomic_compare_exchange_strong(&place->stamp, &other, stamp);
}

struct lbr_waiter *lbr_line_stay(struct lbr_turns *turns, struct lbr_waiter *place, uint64_t stamp, int64_t now_ms)
{
	if (place != NULL && atomic_load(&place->stamp) == stamp) {
		atomic_store(&place->beat_ms, (uint32_t)now_ms);
		return place;
	}
	for (place = turns->page->waiters; place < turns->page->waiters + LBR_WAITERS_MAX; place++)
		if (settle(place, stamp, now_ms))
			return place;
	return NULL;
}

void lbr_line_leave(struct lbr_waiter *place, uint64_t stamp)
{
	if (place != NULL)
		(void)atomic_compare_exchange_strong(&place->stamp, &stamp, 0);
}

void lbr_line_call(const struct lbr_turns *turns, unsigned slot, int64_t now_ms)
{
	struct lbr_waiter *waiter, *first = NULL;
	uint64_t stamp, oldest = UINT64_MAX;

	for (waiter = turns->page->waiters; waiter < turns->page->waiters + LBR_WAITERS_MAX; waiter++) {
		stamp = atomic_load(&waiter->stamp);
		if (stamp == 0 || stamp >= oldest || slot >= turns->reach[lbr_stamp_class(stamp)] ||
		    !looked_within(waiter, now_ms, AWAKE_MS))
			continue;
		oldest = stamp;
		first = waiter;
	}
	if (first == NULL)
		return;
	atomic_fetch_add(&first->calls, 1);
	(void)syscall(CALL_FUTEX, &first->calls, FUTEX_WAKE, 1, NULL, NULL, 0);
}

void lbr_line_sleep(struct lbr_waiter *place, uint32_t calls, int64_t wait_ms)
{
	struct timespec pause = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000};

	if (place != NULL)
		(void)syscall(CALL_FUTEX, &place->calls, FUTEX_WAIT, calls, &pause, NULL, 0);
	else
		(void)nanosleep(&pause, NULL);
}
