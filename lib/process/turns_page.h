/* The shared page: who holds a turn, and who waits for one. */
#ifndef LIB_TURNS_PAGE_H
#define LIB_TURNS_PAGE_H

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <liberations/turns.h>

#define LBR_TURNS_MAX 128
#define LBR_WAITERS_MAX 192

/* A stamp is one word: when, which class, which process. A lower one is older. 0: nobody. */
#define LBR_STAMP_PID_BITS 22 /* PID_MAX_LIMIT of Linux */
#define LBR_STAMP_TIME_SHIFT (LBR_STAMP_PID_BITS + 2)

struct lbr_waiter {
	_Atomic uint64_t stamp;
	_Atomic uint32_t beat_ms; /* when it last looked, the lower half: a waiter that does not look is passed over */
	_Atomic uint32_t calls;   /* it sleeps on this word */
};

struct lbr_turns_page {
	_Atomic uint64_t  holders[LBR_TURNS_MAX];
	struct lbr_waiter waiters[LBR_WAITERS_MAX];
};

/* Other processes see the same words, so no lock of the C library may stand beside them. */
static_assert(ATOMIC_LLONG_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2, "words that no lock guards");
static_assert(sizeof(struct lbr_turns_page) == 4096, "one page");

struct lbr_turns {
	struct lbr_turns_page *page;
	pid_t                  pid; /* of the process that opened it, which alone may use this handle */
	unsigned               reach[LBR_TURN_CLASSES]; /* class c may hold the turns 0 to reach[c] - 1 */
};

uint64_t lbr_stamp_make(const struct lbr_turns *turns, int64_t now_ms, enum lbr_turn_class class);
enum lbr_turn_class lbr_stamp_class(uint64_t stamp);

/* turns_line.c: the line of those who wait. */

/* Counts by class who has waited for longer than `stamp` and still looks. */
void lbr_line_count_older(const struct lbr_turns *turns, uint64_t stamp, int64_t now_ms, unsigned ret[LBR_TURN_CLASSES]);

/* Takes a place, or keeps the one that `place` names, and shows that this waiter is awake. NULL: all are taken. */
struct lbr_waiter *lbr_line_stay(struct lbr_turns *turns, struct lbr_waiter *place, uint64_t stamp, int64_t now_ms);
void lbr_line_leave(struct lbr_waiter *place, uint64_t stamp);

/* Calls the first of the line that may have turn `slot`. */
void lbr_line_call(const struct lbr_turns *turns, unsigned slot, int64_t now_ms);

/* Sleeps until `place` is called after `calls` was read, or `wait_ms` have passed. Without a place it only sleeps. */
void lbr_line_sleep(struct lbr_waiter *place, uint32_t calls, int64_t wait_ms);

#endif
