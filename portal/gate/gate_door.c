/* The gate's door, when the machine is short of descriptors. */
#include "gate_door.h"

#include <unistd.h>

#define SHUT_MS 200
#define SHUT_LINE_MS 60000

static void tell(struct lbr_gate_door *door, int64_t now_ms)
{
	static const char line[] = "liberations-portal-gate: no connection can be taken just now; it is tried again\n";
	ssize_t written;

	if (now_ms < door->tell_again_ms)
		return;
	door->tell_again_ms = now_ms + SHUT_LINE_MS;
	written = write(STDERR_FILENO, line, sizeof(line) - 1);
	(void)written;
}

void lbr_gate_door_look(struct lbr_gate_door *door, bool stood, uint64_t arrivals, int64_t now_ms)
{
	if (door->arrivals != arrivals || (!stood && !lbr_gate_door_is_shut(door, now_ms)))
		door->missed = 0;
	else if (stood)
		door->missed++;
	door->arrivals = arrivals;
	if (!stood || door->missed < 2)
		return;
	door->shut_until_ms = now_ms + SHUT_MS;
	tell(door, now_ms);
}
