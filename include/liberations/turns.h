/* Turns: how many password hashes may be computed at once, on the whole machine.
 *
 * Twice as many turns as processors, at least three, in one mapped page of the state directory that all agents share. A word is one
 * turn, taken and given back without a system call; a file lock would be in /proc/locks, for everybody to read.
 *
 * Nobody can keep others waiting: who died loses the turn as soon as somebody looks, who was frozen loses it after LBR_TURN_MS, and
 * who stops while waiting is passed over. All words have a time, and none is believed for longer than that, so a page from before a
 * reboot, or one full of nonsense, repairs itself.
 */
#ifndef LIBERATIONS_TURNS_H
#define LIBERATIONS_TURNS_H

#include <stdint.h>

#include <liberations/deadline.h>
#include <liberations/error.h>

#define LBR_TURN_MS 1500 /* how long a turn lasts; then another may have it */
#define LBR_TURN_WAIT_MS 4000 /* longest wait without a deadline */

/* Who may have how many. All wait in one line, in the order in which they came; but each class has turns that the ones before it
 * cannot take, so a flood of one leaves the next its way in. The class comes from the peer and its terminal. It must not come from
 * the account: the wait would tell which names exist. */
enum lbr_turn_class {
	LBR_TURN_OTHERS = 0, /* half of the turns: one for each processor */
	LBR_TURN_ROOT = 1,   /* root's services: all but one */
	LBR_TURN_CONSOLE = 2, /* a sign-in at the machine itself, through root's services: every turn */
	LBR_TURN_CLASSES = 3
};

struct lbr_turns; /* opaque; for the process that opened it, and all its threads */

/* A turn that is held. */
struct lbr_turn {
	unsigned slot;
	uint64_t word; /* 0: none */
};

/* Opens STATE/turns and makes it if it is missing. `processors` 0: as many as this process may use. `*ret` is NULL on failure.
 * LBR_ERR_UNSAFE: a link anywhere on the path, not a regular file, or somebody else can write it or its directory.
 * LBR_ERR_ABSENT: no such directory. LBR_ERR_SYSTEM (no space ...), LBR_ERR_MEMORY. */
enum lbr_error lbr_turns_open(const char *state_dir, unsigned processors, struct lbr_turns **ret, struct lbr_reason *reason);
void lbr_turns_close(struct lbr_turns *turns);

/* How many hashes a class may compute at once. */
unsigned lbr_turns_of(const struct lbr_turns *turns, enum lbr_turn_class class);

/* Waits for a turn until `deadline` (NULL: LBR_TURN_WAIT_MS). LBR_ERR_BUSY: none came, or the service has left; `ret` then holds
 * none. */
enum lbr_error lbr_turn_take(struct lbr_turns *turns, enum lbr_turn_class class, const struct lbr_deadline *deadline,
                             struct lbr_turn *ret, struct lbr_reason *reason);

/* Gives it back, unless it was lost meanwhile, and wakes the next waiter. `turn` may hold none. */
void lbr_turn_give_back(struct lbr_turns *turns, struct lbr_turn *turn);

#endif
