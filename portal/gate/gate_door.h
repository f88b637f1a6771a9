/* The gate's door, when the machine is short of descriptors: a connection that cannot be accepted stays where it is, and select(2)
 * tells of it at once, again and again. */
#ifndef PORTAL_GATE_DOOR_H
#define PORTAL_GATE_DOOR_H

#include <stdbool.h>
#include <stdint.h>

struct lbr_gate_door {
	int64_t  shut_until_ms, tell_again_ms;
	uint64_t arrivals; /* at the last look */
	unsigned missed;   /* looks in a row at which somebody stood there and did not come in */
};

/* After each turn: `stood` says that a connection waited, `arrivals` how many came in so far. One that does not come in is a client
 * that left; a second one shuts the door for a while, with a line on standard error once a minute at most. */
void lbr_gate_door_look(struct lbr_gate_door *door, bool stood, uint64_t arrivals, int64_t now_ms);

static inline bool lbr_gate_door_is_shut(const struct lbr_gate_door *door, int64_t now_ms)
{
	return now_ms < door->shut_until_ms;
}

#endif
