/* Taking a turn and giving it back. */
#include "turns_page.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/types.h>
#include <unistd.h>

#include <liberations/monotonic.h>

#define LOOK_MS 100 /* how often somebody looks who is not called */
#define SKEW_MS 50  /* a word may have been written just after the clock was read */

uint64_t lbr_stamp_make(const struct lbr_turns *turns, int64_t now_ms, enum lbr_turn_class class)
{
	return (uint64_t)now_ms << LBR_STAMP_TIME_SHIFT | (uint64_t)class << LBR_STAMP_PID_BITS | (uint64_t)turns->pid;
}

static pid_t stamp_pid(uint64_t stamp)
{
	return (pid_t)(stamp & ((1U << LBR_STAMP_PID_BITS) - 1));
}

enum lbr_turn_class lbr_stamp_class(uint64_t stamp)
{
	unsigned class = (unsigned)(stamp >> LBR_STAMP_PID_BITS) & 3;

	return class < LBR_TURN_CLASSES ? (enum lbr_turn_class)class : LBR_TURN_OTHERS;
}

static bool is_dead(pid_t pid)
{
	return pid <= 0 || (kill(pid, 0) != 0 && errno == ESRCH);
}

/* Free: given back, left by the dead, or held for longer than a turn lasts. What claims to begin in the future is from another
 * boot, or was never written by us. */
static bool is_free(uint64_t holder, int64_t now_ms, bool look_for_dead)
{
	int64_t age_ms = now_ms - (int64_t)(holder >> LBR_STAMP_TIME_SHIFT);

	if (holder == 0 || age_ms >= LBR_TURN_MS || age_ms < -SKEW_MS)
		return true;
	return look_for_dead && is_dead(stamp_pid(holder));
}

static bool take_first_free(struct lbr_turns *turns, unsigned from, unsigned to, uint64_t stamp, int64_t now_ms, bool look_for_dead,
                            struct lbr_turn *ret)
{
	_Atomic uint64_t *holders = turns->page->holders;
	uint64_t mine = lbr_stamp_make(turns, now_ms, lbr_stamp_class(stamp)), seen;
	unsigned slot;

	for (slot = to; slot-- > from;) {
		seen = atomic_load(&holders[slot]);
		if (is_free(seen, now_ms, look_for_dead) && atomic_compare_exchange_strong(&holders[slot], &seen, mine)) {
			*ret = (struct lbr_turn){.slot = slot, .word = mine};
			return true;
		}
	}
	return false;
}

static unsigned count_free(const struct lbr_turns *turns, unsigned from, unsigned to, int64_t now_ms, bool look_for_dead)
{
	unsigned slot, count = 0;

	for (slot = from; slot < to; slot++)
		count += is_free(atomic_load(&turns->page->holders[slot]), now_ms, look_for_dead);
	return count;
}

/* Takes a turn if more are free than people in front may have. First those that only one's own class may have, then also those of
 * the classes below, one by one: in each step only people count who could have one of these turns themselves. Looking
 * for the dead takes a system call for each turn, so only the first in the line does it, when no turn is free. */
static bool try_turn(struct lbr_turns *turns, uint64_t stamp, int64_t now_ms, bool may_look, struct lbr_turn *ret)
{
	unsigned older[LBR_TURN_CLASSES], in_front = 0, from, to;
	int class, own = (int)lbr_stamp_class(stamp);
	bool look_for_dead;

	lbr_line_count_older(turns, stamp, now_ms, older);
	to = turns->reach[own];
	for (class = LBR_TURN_CLASSES - 1; class >= 0; class--) {
		in_front += older[class];
		if (class > own)
			continue;
		from = class > 0 ? turns->reach[class - 1] : 0;
		look_for_dead = may_look && in_front == 0;
		if (count_free(turns, from, to, now_ms, look_for_dead) > in_front &&
		    take_first_free(turns, from, to, stamp, now_ms, look_for_dead, ret))
			return true;
	}
	return false;
}

static bool has_left(const struct lbr_deadline *deadline)
{
	return deadline != NULL && deadline->has_left != NULL && deadline->has_left(deadline->context);
}

/* Turns that come free at the same moment all call the first in the line, which takes one of them. */
static void call_next(const struct lbr_turns *turns, int64_t now_ms)
{
	unsigned slot;

	for (slot = 0; slot < turns->reach[LBR_TURN_CONSOLE]; slot++)
		if (is_free(atomic_load(&turns->page->holders[slot]), now_ms, false))
			lbr_line_call(turns, slot, now_ms);
}

/* True once a turn was taken; false when there is no more time. */
static bool wait_for_turn(struct lbr_turns *turns, uint64_t stamp, const struct lbr_deadline *deadline, int64_t until_ms,
                          struct lbr_turn *ret)
{
	struct lbr_waiter *place = NULL;
	int64_t now_ms = lbr_monotonic_ms();
	uint32_t calls;
	bool taken;

	for (;;) {
		place = lbr_line_stay(turns, place, stamp, now_ms);
		calls = place != NULL ? atomic_load(&place->calls) : 0;
		taken = try_turn(turns, stamp, now_ms, true, ret);
		if (taken || now_ms >= until_ms || has_left(deadline))
			break;
		lbr_line_sleep(place, calls, until_ms - now_ms < LOOK_MS ? until_ms - now_ms : LOOK_MS);
		now_ms = lbr_monotonic_ms();
	}
	lbr_line_leave(place, stamp);
	call_next(turns, now_ms);
	return taken;
}

enum lbr_error lbr_turn_take(struct lbr_turns *turns, enum lbr_turn_class class, const struct lbr_deadline *deadline,
                             struct lbr_turn *ret, struct lbr_reason *reason)
{
	int64_t now_ms = lbr_monotonic_ms();
	int64_t until_ms = deadline != NULL ? deadline->until_ms : now_ms + LBR_TURN_WAIT_MS;
	uint64_t stamp = lbr_stamp_make(turns, now_ms, class);

	*ret = (struct lbr_turn){.word = 0};
	if (try_turn(turns, stamp, now_ms, false, ret) || wait_for_turn(turns, stamp, deadline, until_ms, ret))
		return LBR_OK;
	return lbr_fail(reason, LBR_ERR_BUSY, LBR_WHY(NO_TURN));
}

void lbr_turn_give_back(struct lbr_turns *turns, struct lbr_turn *turn)
{
	uint64_t mine = turn->word;

	turn->word = 0;
	if (mine != 0 && atomic_compare_exchange_strong(&turns->page->holders[turn->slot], &mine, 0))
		lbr_line_call(turns, turn->slot, lbr_monotonic_ms());
}
